/** One leg of an agent's connection: its transport, whether it is up, and how long ago it last proved it. */
import { Group, Text } from '@mantine/core';
import type { Leg } from '@longshore/rest-contract';
import { TickingAge } from '../clock/ticking-age';
import classes from './leg-line.module.css';

export const transportNames: Readonly<Record<Leg['transport'], string>> = {
  websocket: 'WebSocket',
  amqp: 'AMQP',
  https: 'HTTPS',
};

export interface LegLineProps {
  readonly leg: Leg;
  /** When the server said so, in this browser's time. */
  readonly asOf: number;
}

export function LegLine({ leg, asOf }: LegLineProps) {
  return (
    <Group gap={6} wrap="nowrap">
      <span className={classes.dot} data-up={leg.up} aria-hidden />
      <Text size="sm" span>
        {transportNames[leg.transport]}
      </Text>
      <Text size="sm" c="dimmed" span style={{ whiteSpace: 'nowrap' }}>
        {leg.up ? 'up' : 'down'}
        {leg.lastRoundTripAgeMs === null ? ', never seen' : ' · '}
        {leg.lastRoundTripAgeMs !== null && <TickingAge ageMs={leg.lastRoundTripAgeMs} asOf={asOf} />}
      </Text>
    </Group>
  );
}
