/** `tokens`: install tokens, with which agents join. */
import type { Command } from 'commander';
import { z } from 'zod';
import { agentTypeSchema } from '@longshore/protocol';
import { installCommand } from '@longshore/rest-client';
import { withClient } from '../command-context';
import type { Act, Bind } from '../bound-command';
import { formatTable } from '../output/table';
import { readOptions, wholeNumber } from './options';

const createSchema = z.object({
  type: agentTypeSchema,
  uses: wholeNumber,
  expires: wholeNumber,
  tag: z.array(z.string()).default([]),
  autoApprove: z.boolean().default(true),
});
type CreateOptions = z.infer<typeof createSchema>;

export function registerTokens(program: Command, bind: Bind): void {
  const tokens = program.command('tokens').description('Make and revoke install tokens.');
  const create = tokens
    .command('create')
    .description('Make an install token and print the command that uses it.')
    .requiredOption('--type <web|jms>', 'type of the agents that may use it')
    .option('--uses <number>', 'how many agents may use it', '1')
    .option('--expires <minutes>', 'how long it is valid', '60')
    .option('--tag <tags...>', 'tags of the agents that join')
    .option('--no-auto-approve', 'agents wait for an approval');
  bind(create, (options: unknown) => createToken(readOptions(createSchema, options)));
  bind(tokens.command('list', { isDefault: true }).description('List install tokens.'), () => listTokens);
  bind(tokens.command('revoke <ID>').description('Make an install token useless.'), revokeToken);
}

function createToken({ type, uses, expires, tag, autoApprove }: CreateOptions): Act {
  return async (context) => {
    const wish = { type, uses, expiresInMinutes: expires, tags: tag, autoApprove };
    const created = await withClient(context, (client) => client.createInstallToken(wish));
    const command = installCommand(type, created.token);
    const until = new Date(created.expiresAt).toLocaleString();
    if (!context.wantsJson)
      await context.terminal.err(`For ${uses === 1 ? 'one agent' : `${uses} agents`} until ${until}:\n`);
    return { json: { ...created, command }, text: `${command}\n` };
  };
}

const listTokens: Act = async (context) => {
  const list = await withClient(context, (client) => client.installTokens());
  const rows = list.tokens.map((token) => [
    token.id,
    token.type ?? 'any',
    String(token.usesLeft),
    token.expiresAt,
    token.autoApprove ? 'yes' : 'no',
    token.tags.join(','),
  ]);
  const head = ['ID', 'TYPE', 'USES LEFT', 'EXPIRES', 'AUTO-APPROVE', 'TAGS'];
  return { json: list, text: rows.length === 0 ? 'no install token\n' : formatTable(head, rows, context.paint) };
};

function revokeToken(id: string): Act {
  return async (context) => {
    await withClient(context, (client) => client.deleteInstallToken(id));
    return { json: { id, revoked: true }, text: `${id} is revoked\n` };
  };
}
