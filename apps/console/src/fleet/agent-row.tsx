/** One agent in the fleet: everything an operator looks for first. On narrow screens the columns become lines. */
import { Group, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { Agent } from '@longshore/rest-contract';
import { AgentTypeMark } from './agent-type-mark';
import { ConnectionMark } from './connection-mark';
import { LegLine } from './leg-line';
import { TagList } from './tag-list';
import { TrustMark } from './trust-mark';
import classes from './agent-row.module.css';

export function AgentListHead() {
  return (
    <div className={`list-head ${classes.grid} ${classes.head}`} aria-hidden>
      <span>Agent</span>
      <span>Type</span>
      <span>Status</span>
      <span>Legs · last heard</span>
      <span>Platform</span>
      <span>Running</span>
      <span>Tags</span>
    </div>
  );
}

export function AgentRow({ agent, asOf }: { readonly agent: Agent; readonly asOf: number }) {
  return (
    <Link to={`/fleet/${agent.id}`} className={`row-link ${classes.grid}`}>
      <div className={classes.name}>
        <Text fw={600} truncate>
          {agent.name}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {agent.facts?.hostname ?? 'has not told its facts yet'}
        </Text>
      </div>
      <div>
        <AgentTypeMark type={agent.type} />
      </div>
      <Group gap={4}>
        <ConnectionMark connection={agent.connection} reason={agent.reason} />
        <TrustMark agent={agent} />
      </Group>
      <Stack gap={0} className={classes.legs ?? ''}>
        <LegLine leg={agent.control} asOf={asOf} />
        <LegLine leg={agent.http} asOf={asOf} />
      </Stack>
      <Text size="sm">{agent.facts === null ? '–' : `${agent.facts.platform} ${agent.facts.architecture}`}</Text>
      <Running agent={agent} />
      <div className={classes.tags}>{agent.tags.length > 0 && <TagList tags={agent.tags} />}</div>
    </Link>
  );
}

function Running({ agent: { status, openAttempts } }: { readonly agent: Agent }) {
  const isBusy = openAttempts > 0;
  return (
    <Text size="sm" className="numbers" fw={isBusy ? 600 : 400} c={isBusy ? 'var(--mantine-color-text)' : 'dimmed'}>
      {status === null ? openAttempts : `${status.running} / ${status.maxParallel}`}
      <span className={classes.unit}> running</span>
    </Text>
  );
}
