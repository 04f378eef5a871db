/** `tokens`: install tokens, with which agents join, or with which one agent's key is pinned anew. */
import type { Command } from 'commander';
import { z } from 'zod';
import { agentTypeSchema, type AgentId, type AgentType } from '@longshore/protocol';
import { installCommand } from '@longshore/rest-client';
import type { InstallToken } from '@longshore/rest-contract';
import { UsageInvalidError } from '../cli-errors';
import { withClient } from '../command-context';
import type { Act, Bind } from '../bound-command';
import { formatTable } from '../output/table';
import { readAgentId, readOptions, readTags, wholeNumber } from './options';

const createSchema = z.object({
  type: agentTypeSchema.optional(),
  agent: z.string().optional(),
  uses: wholeNumber,
  expires: wholeNumber,
  tag: z.array(z.string()).default([]),
  team: z.array(z.string()).default([]),
  autoApprove: z.boolean().default(true),
});
type CreateOptions = z.infer<typeof createSchema>;

export function registerTokens(program: Command, bind: Bind): void {
  const tokens = program.command('tokens').description('Make and revoke install tokens.');
  const create = tokens
    .command('create')
    .description('Make an install token and print the command that uses it.')
    .option('--type <web|jms>', 'type of the agents that may use it')
    .option('--agent <id>', 'only to pin a new key for this agent, which is known; instead of --type')
    .option('--uses <number>', 'how many agents may use it', '1')
    .option('--expires <minutes>', 'how long it is valid', '60')
    .option('--tag <tags...>', 'tags of the agents that join')
    .option('--team <teams...>', 'teams of the agents that join')
    .option('--no-auto-approve', 'agents wait for an approval');
  bind(create, (options: unknown) => createToken(readOptions(createSchema, options)));
  bind(tokens.command('list', { isDefault: true }).description('List install tokens.'), () => listTokens);
  bind(tokens.command('revoke <ID>').description('Make an install token useless.'), revokeToken);
}

function createToken(options: CreateOptions): Act {
  return async (context) => {
    const { uses, expires, autoApprove } = options;
    const agentId = boundTo(options);
    const wish = { uses, expiresInMinutes: expires, autoApprove, agentId };
    const [tags, teams] = [readTags('--tag', options.tag), readTags('--team', options.team)];
    const { created, type } = await withClient(context, async (client) => {
      const known: AgentType = options.type ?? (await client.agent(readAgentId(agentId ?? ''))).type;
      return { type: known, created: await client.createInstallToken({ ...wish, type: known, tags, teams }) };
    });
    const command = installCommand(type, created.token);
    if (!context.wantsJson) await context.terminal.err(`For ${holders(created)} until ${untilText(created)}:\n`);
    return { json: { ...created, command }, text: `${command}\n` };
  };
}

/** Null: any agent of the type that is said. */
function boundTo({ type, agent }: CreateOptions): AgentId | null {
  if ((type === undefined) === (agent === undefined))
    throw new UsageInvalidError('--type', 'say for whom: --type web, --type jms or --agent ID');
  return agent === undefined ? null : readAgentId(agent);
}

function holders({ agentId, usesLeft }: InstallToken): string {
  if (agentId !== null) return `the agent ${agentId} alone`;
  return usesLeft === 1 ? 'one agent' : `${usesLeft} agents`;
}

function untilText({ expiresAt }: InstallToken): string {
  return new Date(expiresAt).toLocaleString();
}

const listTokens: Act = async (context) => {
  const list = await withClient(context, (client) => client.installTokens());
  const rows = list.tokens.map((token) => [
    token.id,
    token.type ?? 'any',
    token.agentId ?? 'any',
    String(token.usesLeft),
    token.expiresAt,
    token.autoApprove ? 'yes' : 'no',
    token.tags.join(','),
    token.teams.join(','),
    token.createdBy,
  ]);
  const head = ['ID', 'TYPE', 'AGENT', 'USES LEFT', 'EXPIRES', 'AUTO-APPROVE', 'TAGS', 'TEAMS', 'BY'];
  return { json: list, text: rows.length === 0 ? 'no install token\n' : formatTable(head, rows, context.paint) };
};

function revokeToken(id: string): Act {
  return async (context) => {
    await withClient(context, (client) => client.deleteInstallToken(id));
    return { json: { id, revoked: true }, text: `${id} is revoked\n` };
  };
}
