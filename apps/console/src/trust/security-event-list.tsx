/** What was refused, newest first: by whom it came, why, and which key was expected and which presented. */
import { Badge, Card, Group, Text } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { AgentId } from '@longshore/protocol';
import type { SecurityEvent } from '@longshore/rest-contract';
import { Ago } from '../clock/ticking-age';
import { NothingHere } from '../frame/nothing-here';
import { sentence } from '../frame/failure-notice';
import { securityEventsQuery } from '../link/queries';
import { FingerprintClash } from './fingerprint-view';
import { HistoryPages } from './history-pages';
import { otherDetailsOf, refusedKeysOf } from './refused-keys';
import classes from './history.module.css';

/** Of one agent, or of the whole server. */
export function SecurityEventList({ agentId }: { readonly agentId: AgentId | null }) {
  const events = useInfiniteQuery(securityEventsQuery(agentId));
  return (
    <HistoryPages query={events} what="the security events">
      {(pages) => {
        const list = pages.flatMap((page) => page.events);
        if (list.length === 0) return <NothingRefused ofAgent={agentId !== null} />;
        return (
          <Card padding={0}>
            <ul className={classes.list} aria-label="Security events">
              {list.map((event) => (
                <li key={event.id} className={classes.event}>
                  <EventLines event={event} namesAgent={agentId === null} />
                </li>
              ))}
            </ul>
          </Card>
        );
      }}
    </HistoryPages>
  );
}

function EventLines({ event, namesAgent }: { readonly event: SecurityEvent; readonly namesAgent: boolean }) {
  const keys = refusedKeysOf(event);
  const others = otherDetailsOf(event);
  return (
    <>
      <Group gap="xs" justify="space-between">
        <Group gap="xs">
          <Badge variant="light" color="orange" tt="none" radius="sm" className="mono">
            {event.code}
          </Badge>
          {namesAgent && <EventAgent agentId={event.agentId} />}
          {keys?.leg != null && (
            <Text size="sm" c="dimmed">
              over {keys.leg}
            </Text>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          <Ago at={event.at} />
        </Text>
      </Group>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {sentence(new Error(event.message))}
      </Text>
      {keys !== null && <FingerprintClash expected={keys.expected} presented={keys.presented} />}
      {others.length > 0 && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {others.map(([name, value]) => `${name}: ${value}`).join(' · ')}
        </Text>
      )}
    </>
  );
}

function EventAgent({ agentId }: { readonly agentId: AgentId | null }) {
  if (agentId === null) {
    return (
      <Text size="sm" c="dimmed">
        nobody known
      </Text>
    );
  }
  return (
    <Text size="sm" fw={600} component={Link} to={`/fleet/${agentId}?show=events`} className="quiet-link">
      {agentId}
    </Text>
  );
}

function NothingRefused({ ofAgent }: { readonly ofAgent: boolean }) {
  return (
    <NothingHere icon={<IconShieldCheck />} title="Nothing was refused">
      <span>
        {ofAgent
          ? 'Every key and message that came in the name of this agent was the right one.'
          : 'Every key and message that reached this server was the right one.'}
      </span>
    </NothingHere>
  );
}
