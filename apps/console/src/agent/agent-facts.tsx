/** What the machine is, and by which key the agent is known. */
import { Text } from '@mantine/core';
import type { Agent } from '@longshore/rest-contract';
import { Ago } from '../clock/ticking-age';
import { CopyLine } from '../frame/copy-line';
import { FactCard } from '../frame/fact-card';

export function AgentMachine({ agent: { facts } }: { readonly agent: Agent }) {
  if (facts === null) {
    return (
      <FactCard title="Machine" facts={[]}>
        <Text size="sm" c="dimmed">
          This agent has not told about its machine yet.
        </Text>
      </FactCard>
    );
  }
  return (
    <FactCard
      title="Machine"
      facts={[
        ['Host', facts.hostname],
        ['Platform', `${facts.platform} ${facts.architecture}`],
        ['CPUs', String(facts.cpus)],
        ['Agent version', facts.agentVersion],
        ['Node.js', facts.nodeVersion],
      ]}
    />
  );
}

export function AgentIdentity({ agent }: { readonly agent: Agent }) {
  return (
    <FactCard
      title="Identity"
      facts={[
        ['Id', <CopyLine key="id" text={agent.id} label="Copy the id" />],
        [
          'Key',
          agent.fingerprint === null ? (
            'none is pinned: its certificate was forgotten'
          ) : (
            <CopyLine key="key" text={agent.fingerprint} label="Copy the fingerprint" />
          ),
        ],
        ['Enrolled', <Ago key="enrolled" at={agent.createdAt} />],
      ]}
    />
  );
}
