/**
 * `agents approve`, `reject`, `remove`, `forget-certificate`: which key counts as this agent's, and whether it may
 * come at all (docs/protocol.md, Identity and pins).
 */
import type { Command } from 'commander';
import { z } from 'zod';
import { parseFingerprint } from '@longshore/pinning';
import type { AgentId, Fingerprint } from '@longshore/protocol';
import { UsageInvalidError } from '../cli-errors';
import { withClient, type CommandContext } from '../command-context';
import type { Act, Bind } from '../bound-command';
import { readPin } from '../connection/choose-link';
import { confirm, yesFlag } from './confirm';
import { minutesOf, readAgentId, readOptions } from './options';

const yesSchema = z.object({ yes: z.boolean().default(false) });
type Yes = z.infer<typeof yesSchema>;
const approveSchema = yesSchema.extend({ fingerprint: z.string().optional() });
const forgetSchema = yesSchema.extend({ allowSameKey: z.boolean().default(false), validFor: minutesOf(43_200) });

export function registerAgentTrust(agents: Command, bind: Bind): void {
  const approve = agents
    .command('approve <ID>')
    .description('Let an agent that enrolled without a token work. Compare its key with the one its machine shows.')
    .option('--fingerprint <sha256/…>', 'only if this is its key')
    .option(...yesFlag);
  bind(approve, (id: string, options: unknown) => approveAgent(id, readOptions(approveSchema, options)));
  const reject = agents
    .command('reject <ID>')
    .description('Refuse an agent that waits for an approval; its key may not come again.')
    .option(...yesFlag);
  bind(reject, (id: string, options: unknown) => rejectAgent(id, readOptions(yesSchema, options)));
  const remove = agents
    .command('remove <ID>')
    .description('Remove an agent for good.')
    .option(...yesFlag);
  bind(remove, (id: string, options: unknown) => removeAgent(id, readOptions(yesSchema, options)));
  const forget = agents
    .command('forget-certificate <ID>')
    .description('Drop an agent’s pinned key and cut its connections; its next key, shown with its API key, is pinned.')
    .option('--allow-same-key', 'the forgotten key may be pinned again')
    .option('--valid-for <time>', 'how long a key may be pinned: 30m, 12h, 1d', '1d')
    .option(...yesFlag);
  bind(forget, (id: string, options: unknown) => forgetCertificate(id, readOptions(forgetSchema, options)));
}

function approveAgent(text: string, options: z.infer<typeof approveSchema>): Act {
  return async (context) => {
    const id = readAgentId(text);
    const said = options.fingerprint === undefined ? null : readPin('--fingerprint', options.fingerprint);
    const fingerprint = said ?? (options.yes ? null : await compare(context, id));
    const agent = await withClient(context, (client) =>
      client.approveAgent(id, fingerprint === null ? {} : { fingerprint }),
    );
    return { json: agent, text: `${agent.name} is approved with the key ${agent.fingerprint ?? 'that it brings'}\n` };
  };
}

/** The key that somebody has looked at is the one that is approved, whatever comes in between. */
async function compare(context: CommandContext, id: AgentId): Promise<Fingerprint | null> {
  const { terminal } = context;
  if (!terminal.isInteractive)
    throw new UsageInvalidError(
      '--fingerprint',
      'is missing: give the key that was compared, or --yes to compare none',
    );
  const { name, fingerprint } = await withClient(context, (client) => client.agent(id));
  if (fingerprint === null) return null;
  await terminal.err(`The key of ${name} is\n  ${fingerprint}\n`);
  const said = await terminal.ask('Is it the one that "longshore-agent status" shows there? Type yes to approve it:');
  if (said.trim().toLowerCase() === 'yes') return parseFingerprint(fingerprint);
  throw new UsageInvalidError('--fingerprint', 'the key was not confirmed, nothing was done');
}

function rejectAgent(text: string, { yes }: Yes): Act {
  return async (context) => {
    const id = readAgentId(text);
    await confirm(context, yes, `${id} will be refused, and its key may not come again.`);
    await withClient(context, (client) => client.rejectAgent(id));
    return { json: { id, rejected: true }, text: `${id} is rejected\n` };
  };
}

function removeAgent(text: string, { yes }: Yes): Act {
  return async (context) => {
    const id = readAgentId(text);
    await confirm(context, yes, `${id} will be cut off and forgotten; only an enrolment brings its machine back.`);
    await withClient(context, (client) => client.removeAgent(id));
    return { json: { id, removed: true }, text: `${id} is removed\n` };
  };
}

function forgetCertificate(text: string, { yes, allowSameKey, validFor }: z.infer<typeof forgetSchema>): Act {
  return async (context) => {
    const id = readAgentId(text);
    await confirm(context, yes, `${id} will be cut off until it comes with a new key and its API key.`);
    const wish = { allowSameKey, expiresInMinutes: validFor };
    const agent = await withClient(context, (client) => client.forgetCertificate(id, wish));
    const until = agent.security.forgotten?.expiresAt;
    const limit = until === undefined ? '' : ` until ${until}`;
    return { json: agent, text: `the key of ${agent.name} is forgotten; a new one can be pinned${limit}\n` };
  };
}
