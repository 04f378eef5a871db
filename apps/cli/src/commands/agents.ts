/** `agents`: list, show, approve, tag. */
import type { Command } from 'commander';
import { z } from 'zod';
import { agentTypeSchema } from '@longshore/protocol';
import { updateAgentSchema, type Agent, type Leg } from '@longshore/rest-contract';
import { UsageInvalidError } from '../cli-errors';
import { withClient } from '../command-context';
import type { Act, Bind } from '../bound-command';
import { colourOfConnection, type Paint } from '../output/paint';
import { formatFacts, formatTable } from '../output/table';
import { ageText } from '../output/time-text';
import { readAgentId, readOptions } from './options';

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
  bind(agents.command('show <ID>').description('Show one agent.'), (id: string) => showAgent(id));
  bind(agents.command('approve <ID>').description('Let an agent that enrolled without a token work.'), approveAgent);
  bind(agents.command('tag <ID> [TAGS...]').description('Set an agent’s tags; without any, it has none.'), tagAgent);
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
      const text = agents.length === 0 ? 'no agent\n' : tableOf(agents, context.paint);
      return { json: { agents, total: agents.length }, text };
    });
}

function tableOf(agents: readonly Agent[], paint: Paint): string {
  const head = ['ID', 'NAME', 'TYPE', 'STATUS', 'CONTROL', 'WORK', 'RUNNING', 'TAGS'];
  const rows = agents.map((agent) => [
    agent.id,
    agent.name,
    agent.type,
    paint(colourOfConnection(agent.connection), agent.connection),
    legText(agent.control),
    legText(agent.http),
    agent.status === null ? '-' : `${agent.status.running}/${agent.status.maxParallel}`,
    agent.tags.join(','),
  ]);
  return formatTable(head, rows, paint);
}

function legText({ transport, up, lastRoundTripAgeMs }: Leg): string {
  return `${transport} ${up ? 'up' : 'down'} ${lastRoundTripAgeMs === null ? 'never' : ageText(lastRoundTripAgeMs)}`;
}

function showAgent(id: string): Act {
  return async (context) => {
    const agent = await withClient(context, (client) => client.agent(readAgentId(id)));
    return { json: agent, text: factsOf(agent, context.paint) };
  };
}

function approveAgent(id: string): Act {
  return async (context) => {
    const agent = await withClient(context, (client) => client.approveAgent(readAgentId(id)));
    return { json: agent, text: `${agent.name} is approved\n` };
  };
}

function tagAgent(id: string, tags: readonly string[]): Act {
  return async (context) => {
    const change = updateAgentSchema.safeParse({ tags });
    if (!change.success) {
      const issue = change.error.issues[0];
      throw new UsageInvalidError(
        'TAGS',
        `"${tags[Number(issue?.path[1] ?? 0)] ?? ''}" ${issue?.message ?? 'is wrong'}`,
      );
    }
    const agent = await withClient(context, (client) => client.updateAgent(readAgentId(id), change.data));
    return { json: agent, text: `${agent.name}: ${agent.tags.length === 0 ? 'no tags' : agent.tags.join(', ')}\n` };
  };
}

function factsOf(agent: Agent, paint: Paint): string {
  const { facts, status } = agent;
  const lines: (readonly [string, string])[] = [
    ['Id', agent.id],
    ['Name', agent.name],
    ['Type', agent.type],
    ['Status', paint(colourOfConnection(agent.connection), agent.connection)],
    ...(agent.reason === null ? [] : [['Why', agent.reason] as const]),
    [
      'Control leg',
      `${legText(agent.control)}${agent.control.address === null ? '' : ` from ${agent.control.address}`}`,
    ],
    ['Work leg', `${legText(agent.http)}${agent.http.address === null ? '' : ` from ${agent.http.address}`}`],
    ['Key', agent.fingerprint],
    ['Tags', agent.tags.join(', ')],
    ...(facts === null
      ? []
      : [['Machine', `${facts.hostname}, ${facts.platform} ${facts.architecture}, ${facts.cpus} CPUs`] as const]),
    ...(facts === null ? [] : [['Version', `${facts.agentVersion} on Node.js ${facts.nodeVersion}`] as const]),
    ...(status === null
      ? []
      : [['Running', `${status.running} of at most ${status.maxParallel}, ${status.waiting} waiting`] as const]),
    ...(status?.refusesWork == null ? [] : [['Takes no work', status.refusesWork] as const]),
    ['Open steps', String(agent.openAttempts)],
  ];
  return formatFacts(lines, paint);
}
