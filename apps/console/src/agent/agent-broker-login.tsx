/** How a JMS agent proves itself to the broker: with its API key, or with a certificate for its own pinned key. */
import { Switch, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Agent, AgentSecurity } from '@longshore/rest-contract';
import { FactCard } from '../frame/fact-card';
import { FailureNotice } from '../frame/failure-notice';
import { client } from '../link/client';
import { useAgentRefresh } from './use-agent-refresh';

type Mutual = NonNullable<AgentSecurity['mutualAuthentication']>;

export function AgentBrokerLogin({ agent, mutual }: { readonly agent: Agent; readonly mutual: Mutual }) {
  const refresh = useAgentRefresh();
  const change = useMutation({
    mutationFn: (mutualAuthentication: boolean) => client.updateAgent(agent.id, { mutualAuthentication }),
    onSuccess: refresh,
  });
  return (
    <FactCard title="Broker login" facts={[['Logs in with', loginText(mutual)]]}>
      {change.error !== null && <FailureNotice error={change.error} doing="The broker login was not changed" />}
      <Switch
        mt="md"
        label="Require client certificate"
        description="The broker then takes a certificate for the agent’s pinned key, and its API key opens nothing there."
        checked={change.isPending ? change.variables : mutual.ofAgent}
        disabled={change.isPending}
        onChange={(event) => change.mutate(event.currentTarget.checked)}
      />
      <Text size="xs" c="dimmed" mt="xs">
        Switching closes its broker connections once; the agent fetches what it needs and returns by itself.
        {mutual.byPolicy && ' The policy requires certificates of all JMS agents, whatever is set here.'}
      </Text>
    </FactCard>
  );
}

function loginText({ ofAgent, byPolicy }: Mutual): string {
  if (byPolicy) return 'client certificate, by the policy';
  return ofAgent ? 'client certificate, by its own setting' : 'API key';
}
