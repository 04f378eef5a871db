/** An agent's honest status as a coloured word. The colour repeats the word and never replaces it. */
import { Badge, Tooltip } from '@mantine/core';
import type { AgentConnection } from '@longshore/rest-contract';

interface Look {
  readonly color: string;
  readonly text: string;
}

export const connectionLooks: Readonly<Record<AgentConnection, Look>> = {
  online: { color: 'teal', text: 'Online' },
  connecting: { color: 'yellow', text: 'Connecting' },
  offline: { color: 'gray', text: 'Offline' },
  error: { color: 'red', text: 'Error' },
  'upgrade-recommended': { color: 'blue', text: 'Upgrade advised' },
  'upgrade-required': { color: 'orange', text: 'Upgrade required' },
  unavailable: { color: 'grape', text: 'Unavailable' },
  'awaiting-approval': { color: 'orange', text: 'Awaiting approval' },
};

export interface ConnectionMarkProps {
  readonly connection: AgentConnection;
  readonly reason: string | null;
}

export function ConnectionMark({ connection, reason }: ConnectionMarkProps) {
  const { color, text } = connectionLooks[connection];
  const badge = (
    <Badge variant="light" color={color} tt="none" fw={600} radius="sm">
      {text}
    </Badge>
  );
  if (reason === null) return badge;
  return (
    <Tooltip label={reason} multiline maw={320}>
      {badge}
    </Tooltip>
  );
}
