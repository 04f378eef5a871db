/** What operators set of an agent and do about its identity: settings, then agent security. */
import { SimpleGrid, Stack, Title } from '@mantine/core';
import type { Agent } from '@longshore/rest-contract';
import { AgentApiKey } from './agent-api-key';
import { AgentBrokerLogin } from './agent-broker-login';
import { AgentPin } from './agent-pin';
import { AgentSettings } from './agent-settings';
import { ReinstallSteps } from './reinstall-steps';

export function AgentConfiguration({ agent }: { readonly agent: Agent }) {
  const mutual = agent.security.mutualAuthentication;
  return (
    <Stack>
      <AgentSettings key={agent.id} agent={agent} />
      <Title order={2} size="h4" mt="xs" id="agent-security">
        Agent security
      </Title>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Stack>
          <AgentPin agent={agent} />
          <AgentApiKey agent={agent} />
          {mutual !== null && <AgentBrokerLogin agent={agent} mutual={mutual} />}
        </Stack>
        <Stack>
          <ReinstallSteps agent={agent} />
        </Stack>
      </SimpleGrid>
    </Stack>
  );
}
