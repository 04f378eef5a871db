/** By which key the agent is known and since when; or that the pin is forgotten, until when and what may come. */
import { Alert, Group, Text } from '@mantine/core';
import { IconShieldOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Agent, AgentSecurity } from '@longshore/rest-contract';
import { Ago, Until } from '../clock/ticking-age';
import { useNow } from '../clock/use-now';
import { FactCard } from '../frame/fact-card';
import { securityPolicyQuery } from '../link/queries';
import { FingerprintChip, FingerprintFact } from '../trust/fingerprint-view';
import { keyAgeText } from '../trust/key-age';
import { ForgetCertificate } from './forget-certificate';
import { IdentityActions } from './identity-actions';

export function AgentPin({ agent }: { readonly agent: Agent }) {
  const { fingerprint, security } = agent;
  return (
    <FactCard
      title="Pinned key"
      facts={
        fingerprint === null
          ? []
          : [
              ['Key', <FingerprintFact key="key" fingerprint={fingerprint} label="Copy the fingerprint" />],
              ...(security.keyPinnedAt === null
                ? []
                : ([
                    ['Pinned', <Ago key="pinned" at={security.keyPinnedAt} />],
                    ['Age', <KeyAgeLine key="age" pinnedAt={security.keyPinnedAt} />],
                  ] as const)),
              ...(security.identityRequest === null
                ? []
                : [['Asked for', requestNames[security.identityRequest]] as const]),
            ]
      }
    >
      {fingerprint === null && <ForgottenNotice forgotten={security.forgotten} />}
      <Group gap="xs" mt="md">
        <IdentityActions agent={agent} />
        <ForgetCertificate agent={agent} />
      </Group>
    </FactCard>
  );
}

const requestNames = {
  'rotate-key': 'another key; the agent has not done it yet',
  'renew-certificate': 'another certificate; the agent has not done it yet',
} as const;

function KeyAgeLine({ pinnedAt }: { readonly pinnedAt: string }) {
  const policy = useQuery(securityPolicyQuery).data;
  const nowMs = useNow();
  const maxAgeDays = policy?.agentKeyMaxAgeDays ?? null;
  return <>{keyAgeText({ pinnedAtMs: Date.parse(pinnedAt), nowMs, maxAgeDays })}</>;
}

function ForgottenNotice({ forgotten }: { readonly forgotten: AgentSecurity['forgotten'] }) {
  if (forgotten === null) {
    return (
      <Alert color="orange" icon={<IconShieldOff />} title="No key is pinned, and none may come">
        The time for it is over, or no key was ever pinned. Forget once more to let one come.
      </Alert>
    );
  }
  return (
    <Alert color="orange" icon={<IconShieldOff />} title="The pin is forgotten">
      <Text size="sm">
        Another key may be pinned with this agent’s API key; the permission ends{' '}
        <Until at={forgotten.expiresAt} over="– it is over, forget once more" />.
      </Text>
      <Group gap={6} mt={6}>
        <Text size="sm">Forgotten:</Text>
        <FingerprintChip fingerprint={forgotten.fingerprint} of="the forgotten key" />
        <Text size="sm">{forgotten.sameKeyAllowed ? 'It may come back itself.' : 'It stays out for good.'}</Text>
      </Group>
    </Alert>
  );
}
