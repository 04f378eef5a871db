/** `agents`: list, show, tag; what changes an agent's identity stands in agent-trust.ts and agent-keys.ts. */
import type { Command } from 'commander';
import { z } from 'zod';
import { agentTypeSchema } from '@longshore/protocol';
import type { Agent } from '@longshore/rest-contract';
import { withClient } from '../command-context';
import type { Act, Bind } from '../bound-command';
import { agentTable, agentText } from '../output/agent-text';
import { registerAgentKeys } from './agent-keys';
import { registerAgentSet } from './agent-set';
import { registerAgentTrust } from './agent-trust';
import { readAgentId, readOptions, readTags } from './options';

const listSchema = z.object({
  tag: z.string().optional(),
  type: agentTypeSchema.optional(),
  search: z.string().optional(),
});
const pageLength = 1000;

export function registerAgents(program: Command, bind: Bind): void {
  const agents = program.command('agents').description('Show and change agents.');
  const list = agents
    .command('list', { isDefault: true })
    .description('List agents with their honest status.')
    .option('--tag <tag>', 'only those that carry it')
    .option('--type <web|jms>', 'only those of this type')
    .option('--search <text>', 'only those whose name, id or host holds it');
  bind(list, (options: unknown) => listAgents(readOptions(listSchema, options)));
  bind(agents.command('show <ID>').description('Show one agent and its identity.'), showAgent);
  bind(agents.command('tag <ID> [TAGS...]').description('Set an agent’s tags; without any, it has none.'), tagAgent);
  registerAgentSet(agents, bind);
  registerAgentTrust(agents, bind);
  registerAgentKeys(agents, bind);
}

function listAgents(query: z.infer<typeof listSchema>): Act {
  return (context) =>
    withClient(context, async (client) => {
      const agents: Agent[] = [];
      for (;;) {
        const page = await client.agents({ ...query, limit: pageLength, offset: agents.length });
        agents.push(...page.agents);
        if (page.agents.length === 0 || agents.length >= page.total) break;
      }
      const text = agents.length === 0 ? 'no agent\n' : agentTable(agents, context.paint);
      return { json: { agents, total: agents.length }, text };
    });
}

function showAgent(id: string): Act {
  return async (context) => {
    const agent = await withClient(context, (client) => client.agent(readAgentId(id)));
    return { json: agent, text: agentText(agent, context.paint) };
  };
}

function tagAgent(id: string, words: readonly string[]): Act {
  return async (context) => {
    const tags = readTags('TAGS', words);
    const agent = await withClient(context, (client) => client.updateAgent(readAgentId(id), { tags }));
    return { json: agent, text: `${agent.name}: ${agent.tags.length === 0 ? 'no tags' : agent.tags.join(', ')}\n` };
  };
}
