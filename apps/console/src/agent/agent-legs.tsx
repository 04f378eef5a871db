/** Both ways on which the agent reaches the server, each judged by its own last round trip. */
import { Stack, Text } from '@mantine/core';
import type { Agent, Leg } from '@longshore/rest-contract';
import { LegLine } from '../fleet/leg-line';
import { FactCard } from '../frame/fact-card';

export function AgentLegs({ agent, asOf }: { readonly agent: Agent; readonly asOf: number }) {
  return (
    <FactCard
      title="Connection"
      facts={[
        ['Control', <LegDetail key="control" leg={agent.control} asOf={asOf} />],
        ['Work', <LegDetail key="http" leg={agent.http} asOf={asOf} />],
      ]}
    >
      <Text size="xs" c="dimmed" mt="sm">
        The age tells when the agent last answered on that leg, as the server saw it.
      </Text>
    </FactCard>
  );
}

function LegDetail({ leg, asOf }: { readonly leg: Leg; readonly asOf: number }) {
  return (
    <Stack gap={0}>
      <LegLine leg={leg} asOf={asOf} />
      {leg.address !== null && (
        <Text className="mono" c="dimmed">
          {leg.address}
        </Text>
      )}
    </Stack>
  );
}
