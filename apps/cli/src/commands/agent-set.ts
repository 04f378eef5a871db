/** `agents set`: what an operator decides about an agent, one flag each. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { UpdateAgent } from '@longshore/rest-contract';
import { UsageInvalidError } from '../cli-errors';
import { withClient } from '../command-context';
import type { Act, Bind } from '../bound-command';
import { agentText } from '../output/agent-text';
import { onOrOff, readAgentId, readOptions, readTags, wordsOrNone } from './options';

const setSchema = z.object({
  tag: wordsOrNone.optional(),
  team: wordsOrNone.optional(),
  maxParallel: z
    .string()
    .regex(/^(auto|[1-9]\d{0,2}|1000)$/, 'must be 1 to 1000, or auto')
    .transform((text) => (text === 'auto' ? null : Number(text)))
    .optional(),
  mutualAuthentication: onOrOff.optional(),
});
type SetOptions = z.infer<typeof setSchema>;

export function registerAgentSet(agents: Command, bind: Bind): void {
  const set = agents
    .command('set <ID>')
    .description('Change an agent; what is not said stays as it is.')
    .option('--tag [tags...]', 'its tags; without any, it has none')
    .option('--team [teams...]', 'its teams; without any, it has none')
    .option('--max-parallel <number|auto>', 'steps at a time; auto is four per CPU')
    .option('--mutual-authentication <on|off>', 'JMS: whether the broker demands the agent’s client certificate');
  bind(set, (id: string, options: unknown) => setAgent(id, readOptions(setSchema, options)));
}

function setAgent(id: string, options: SetOptions): Act {
  return async (context) => {
    const change = changeOf(options);
    const agent = await withClient(context, (client) => client.updateAgent(readAgentId(id), change));
    return { json: agent, text: agentText(agent, context.paint) };
  };
}

function changeOf({ tag, team, maxParallel, mutualAuthentication }: SetOptions): UpdateAgent {
  const change: UpdateAgent = {
    ...(tag === undefined ? {} : { tags: readTags('--tag', tag) }),
    ...(team === undefined ? {} : { teams: readTags('--team', team) }),
    ...(maxParallel === undefined ? {} : { maxParallel }),
    ...(mutualAuthentication === undefined ? {} : { mutualAuthentication }),
  };
  if (Object.keys(change).length > 0) return change;
  throw new UsageInvalidError('--tag', 'say what to set: --tag, --team, --max-parallel or --mutual-authentication');
}
