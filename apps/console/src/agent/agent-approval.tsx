/** An agent that came without a token waits here until somebody compares its key with what its machine shows. */
import { Alert, Button, Code, Group, List, Stack, Text } from '@mantine/core';
import { IconShieldQuestion, IconShieldX } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { fingerprintSchema } from '@longshore/protocol';
import type { Agent } from '@longshore/rest-contract';
import { AskedButton } from '../frame/asked-button';
import { CopyLine } from '../frame/copy-line';
import { FailureNotice } from '../frame/failure-notice';
import { client } from '../link/client';
import { FingerprintLarge } from '../trust/fingerprint-view';
import { statusCommand } from './host-commands';
import { useAgentRefresh } from './use-agent-refresh';

export function AgentApproval({ agent }: { readonly agent: Agent }) {
  const { fingerprint } = agent;
  return (
    <Alert color="orange" icon={<IconShieldQuestion />} title="Is this really your agent?" mb="md">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">
          It enrolled without an install token and gets no work yet. Compare this key with what{' '}
          <Code>longshore-agent status</Code> shows on the host{agent.facts === null ? '' : ` ${agent.facts.hostname}`}:
        </Text>
        <CopyLine text={statusCommand(agent)} label="Copy the command" />
        {fingerprint === null ? (
          <Text size="sm" fw={600}>
            No key is pinned for it: there is nothing to compare.
          </Text>
        ) : (
          <FingerprintLarge fingerprint={fingerprint} />
        )}
        <Group gap="xs">
          {fingerprint !== null && <ApproveAgent agent={agent} fingerprint={fingerprint} />}
          <RejectAgent agent={agent} />
        </Group>
      </Stack>
    </Alert>
  );
}

/** Sends the key that was on the screen: if another one has come meanwhile, the server refuses. */
function ApproveAgent({ agent, fingerprint }: { readonly agent: Agent; readonly fingerprint: string }) {
  const refresh = useAgentRefresh();
  const approve = useMutation({
    mutationFn: () => client.approveAgent(agent.id, { fingerprint: fingerprintSchema.parse(fingerprint) }),
    onSuccess: refresh,
  });
  return (
    <>
      {approve.error !== null && <FailureNotice error={approve.error} doing="The agent was not approved" />}
      <Button color="orange" loading={approve.isPending} onClick={() => approve.mutate()}>
        The keys are the same: approve
      </Button>
    </>
  );
}

function RejectAgent({ agent }: { readonly agent: Agent }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  return (
    <AskedButton
      label="Reject"
      leftSection={<IconShieldX size={16} />}
      isDangerous
      title={`Reject ${agent.name}?`}
      confirm="Reject the agent"
      failure="The agent was not rejected"
      act={() => client.rejectAgent(agent.id)}
      onDone={async () => {
        await navigate('/fleet');
        await queries.invalidateQueries({ queryKey: ['agents'] });
      }}
    >
      <List size="sm" spacing={4}>
        <List.Item>It leaves the fleet, and this key cannot ask again.</List.Item>
        <List.Item>
          If it was yours after all, remove it on the host with <Code>longshore-agent uninstall</Code> and install it
          anew: it then makes another key.
        </List.Item>
      </List>
    </AskedButton>
  );
}
