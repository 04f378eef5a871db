/** Asks the agent for a new key, or for a new certificate with the same key. The agent does it by itself. */
import { Group, Text } from '@mantine/core';
import { IconCertificate, IconRotateClockwise } from '@tabler/icons-react';
import type { Agent } from '@longshore/rest-contract';
import { AskedButton } from '../frame/asked-button';
import { client } from '../link/client';
import { useAgentRefresh } from './use-agent-refresh';

/** Nothing can be asked of an agent that has no pin: it has to come back first. */
export function IdentityActions({ agent }: { readonly agent: Agent }) {
  const refresh = useAgentRefresh();
  const isOut = agent.fingerprint === null || agent.security.identityRequest !== null;
  return (
    <Group gap="xs">
      <AskedButton
        label="Rotate key now"
        leftSection={<IconRotateClockwise size={16} />}
        disabled={isOut}
        title={`Another key for ${agent.name}?`}
        confirm="Rotate the key"
        failure="The agent was not asked"
        act={() => client.requestIdentity(agent.id, 'rotate-key')}
        onDone={refresh}
      >
        <Text size="sm">
          The agent makes another key, signs it with the one it has, and the pin moves. It reconnects once; running
          steps notice nothing, and nothing has to be done on the host. An agent that is away does it when it returns.
        </Text>
      </AskedButton>
      <AskedButton
        label="Renew certificate"
        leftSection={<IconCertificate size={16} />}
        disabled={isOut}
        title={`Another certificate for ${agent.name}?`}
        confirm="Renew the certificate"
        failure="The agent was not asked"
        act={() => client.requestIdentity(agent.id, 'renew-certificate')}
        onDone={refresh}
      >
        <Text size="sm">
          The agent makes another certificate for the same key. The pin and the fingerprint stay as they are, and
          nothing has to be done on the host.
        </Text>
      </AskedButton>
    </Group>
  );
}
