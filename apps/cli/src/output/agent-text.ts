/** Agents for people: a line each, or one with all that is known of it and of its identity. */
import type { Agent, AgentSecurity, Leg } from '@longshore/rest-contract';
import { colourOfConnection, type Paint } from './paint';
import { formatFacts, formatTable } from './table';
import { ageText } from './time-text';

type Fact = readonly [name: string, value: string];

export function agentTable(agents: readonly Agent[], paint: Paint): string {
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

export function agentText(agent: Agent, paint: Paint): string {
  const security = formatFacts(securityFacts(agent, paint), paint);
  return `${formatFacts(generalFacts(agent, paint), paint)}\n${paint('bold', 'Security')}\n${security}`;
}

function generalFacts(agent: Agent, paint: Paint): Fact[] {
  const { facts, status } = agent;
  return [
    ['Id', agent.id],
    ['Name', agent.name],
    ['Type', agent.type],
    ['Status', paint(colourOfConnection(agent.connection), agent.connection)],
    ...(agent.reason === null ? [] : [['Why', agent.reason] as const]),
    ['Control leg', legWithAddress(agent.control)],
    ['Work leg', legWithAddress(agent.http)],
    ['Tags', agent.tags.join(', ')],
    ['Teams', agent.teams.join(', ')],
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
}

function legWithAddress(leg: Leg): string {
  return `${legText(leg)}${leg.address === null ? '' : ` from ${leg.address}`}`;
}

function securityFacts({ fingerprint, security }: Agent, paint: Paint): Fact[] {
  const { keyPinnedAt, forgotten, apiKey, mutualAuthentication, identityRequest } = security;
  return [
    ['Key', fingerprint ?? paint('yellow', 'none is pinned')],
    ...(keyPinnedAt === null ? [] : [['Pinned', keyPinnedAt] as const]),
    ...forgottenFacts(forgotten),
    ['API key', apiKey === null ? paint('red', 'revoked') : `${apiKey.id}, issued ${apiKey.issuedAt}`],
    ...(mutualAuthentication === null ? [] : [['Client certificate', mutualText(mutualAuthentication)] as const]),
    ...(identityRequest === null ? [] : [['Asked of it', identityWords[identityRequest]] as const]),
  ];
}

const identityWords = { 'rotate-key': 'to rotate its key', 'renew-certificate': 'to renew its certificate' } as const;

function forgottenFacts(forgotten: AgentSecurity['forgotten']): Fact[] {
  if (forgotten === null) return [];
  const { fingerprint, expiresAt, sameKeyAllowed } = forgotten;
  return [
    ['Forgotten key', `${fingerprint}${sameKeyAllowed ? ', may be pinned again' : ', stays out'}`],
    ['New key until', expiresAt],
  ];
}

function mutualText({ ofAgent, byPolicy }: NonNullable<AgentSecurity['mutualAuthentication']>): string {
  if (byPolicy) return 'demanded by the broker, as of all JMS agents';
  return ofAgent ? 'demanded by the broker, of this agent' : 'not demanded by the broker';
}
