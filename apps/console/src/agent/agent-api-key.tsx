/** The key that the agent shows besides the pinned one: which, since when, or that it is revoked. */
import { Alert, Group } from '@mantine/core';
import { IconKeyOff } from '@tabler/icons-react';
import type { Agent } from '@longshore/rest-contract';
import { Ago } from '../clock/ticking-age';
import { FactCard } from '../frame/fact-card';
import { RegenerateApiKey, RevokeApiKey } from './api-key-actions';

export function AgentApiKey({ agent }: { readonly agent: Agent }) {
  const { apiKey } = agent.security;
  return (
    <FactCard
      title="API key"
      facts={
        apiKey === null
          ? []
          : [
              [
                'Id',
                <span key="id" className="mono">
                  {apiKey.id}
                </span>,
              ],
              ['Issued', <Ago key="issued" at={apiKey.issuedAt} />],
            ]
      }
    >
      {apiKey === null && (
        <Alert color="red" icon={<IconKeyOff />} title="The API key is revoked">
          The agent is out until a key is issued and put on its host.
        </Alert>
      )}
      <Group gap="xs" mt="md">
        <RegenerateApiKey agent={agent} />
        <RevokeApiKey agent={agent} />
      </Group>
    </FactCard>
  );
}
