/** Who will do the work, before it starts; and that work for absent agents waits for them. */
import { Group, Stack, Text } from '@mantine/core';
import type { Agent } from '@longshore/rest-contract';
import { ConnectionMark } from '../fleet/connection-mark';

const shown = 12;

export function ChosenAgents({ agents }: { readonly agents: readonly Agent[] }) {
  const absent = agents.filter(({ connection }) => connection === 'offline' || connection === 'error').length;
  if (agents.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No agent is chosen.
      </Text>
    );
  }
  return (
    <Stack gap={6}>
      <Text size="sm" c="dimmed">
        {agents.length === 1 ? 'One agent' : `${agents.length} agents`}
        {absent > 0 && `; ${absent} of them cannot be reached now, and the work waits until they return`}
      </Text>
      <Group gap="xs">
        {agents.slice(0, shown).map((agent) => (
          <Group key={agent.id} gap={6} wrap="nowrap">
            <Text size="sm" fw={500}>
              {agent.name}
            </Text>
            <ConnectionMark connection={agent.connection} reason={agent.reason} />
          </Group>
        ))}
        {agents.length > shown && <Text size="sm">and {agents.length - shown} more</Text>}
      </Group>
    </Stack>
  );
}
