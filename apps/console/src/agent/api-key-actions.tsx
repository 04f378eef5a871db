/** *Regenerate* and *revoke* an agent's API key. Both take effect at once, also on connections that are open. */
import { Code, List, Stack, Text } from '@mantine/core';
import { IconKey, IconKeyOff } from '@tabler/icons-react';
import { useState } from 'react';
import type { Agent } from '@longshore/rest-contract';
import { AskedButton } from '../frame/asked-button';
import { CopyLine } from '../frame/copy-line';
import { SecretOnce } from '../frame/secret-once';
import { client } from '../link/client';
import { setApiKeyCommand } from './host-commands';
import { useAgentRefresh } from './use-agent-refresh';

export function RegenerateApiKey({ agent }: { readonly agent: Agent }) {
  const refresh = useAgentRefresh();
  const [apiKey, setApiKey] = useState<string | null>(null);
  return (
    <>
      <AskedButton
        label={agent.security.apiKey === null ? 'Issue an API key' : 'Regenerate API key'}
        leftSection={<IconKey size={16} />}
        title={`Another API key for ${agent.name}?`}
        confirm="Make the key"
        failure="No key was made"
        act={() => client.issueApiKey(agent.id)}
        onDone={(issued) => {
          setApiKey(issued.apiKey);
          return refresh();
        }}
      >
        <List size="sm" spacing={4}>
          <List.Item>The key that it has now is dead at once, and its connections are closed.</List.Item>
          <List.Item>
            The agent stays out until the new key is on its host, put there with{' '}
            <Code>longshore-agent set-api-key</Code>. You see the key once, after this.
          </List.Item>
        </List>
      </AskedButton>
      <SecretOnce
        secret={apiKey}
        title={`The API key of ${agent.name}`}
        copyLabel="Copy the API key"
        onClose={() => setApiKey(null)}
      >
        <Stack gap={6}>
          <Text size="sm">
            On {agent.facts?.hostname ?? 'its host'}, run this and paste the key when it asks; it is kept in{' '}
            <Code>conf/api-key</Code> of the agent’s home, readable for the agent’s user alone:
          </Text>
          <CopyLine block text={setApiKeyCommand(agent)} label="Copy the command" />
        </Stack>
      </SecretOnce>
    </>
  );
}

export function RevokeApiKey({ agent }: { readonly agent: Agent }) {
  const refresh = useAgentRefresh();
  return (
    <AskedButton
      label="Revoke API key"
      leftSection={<IconKeyOff size={16} />}
      isDangerous
      disabled={agent.security.apiKey === null}
      title={`Revoke the API key of ${agent.name}?`}
      confirm="Revoke the key"
      failure="The key was not revoked"
      act={() => client.revokeApiKey(agent.id)}
      onDone={() => refresh()}
    >
      <Text size="sm">
        The agent is out at once: its connections are closed, and nothing it shows is taken. Steps that run there go on
        until they end, and their results wait on the host. It comes back when you issue another key and put it there.
      </Text>
    </AskedButton>
  );
}
