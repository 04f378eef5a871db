/** An agent that came without a token waits here until somebody compares its key with what its machine shows. */
import { Alert, Button, Code, Stack, Text } from '@mantine/core';
import { IconShieldQuestion } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Agent } from '@longshore/rest-contract';
import { CopyLine } from '../frame/copy-line';
import { FailureNotice } from '../frame/failure-notice';
import { client } from '../link/client';

export function AgentApproval({ agent }: { readonly agent: Agent }) {
  const queries = useQueryClient();
  const approve = useMutation({
    mutationFn: () => client.approveAgent(agent.id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['agents'] }),
  });
  return (
    <Alert color="orange" icon={<IconShieldQuestion />} title="Is this really your agent?" mb="md">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          It enrolled without an install token and gets no work yet. On its machine, run{' '}
          <Code>longshore-agent status</Code> and compare the key shown there with this one:
        </Text>
        <CopyLine text={agent.fingerprint} label="Copy the fingerprint" />
        {approve.error !== null && <FailureNotice error={approve.error} doing="The agent was not approved" />}
        <Button color="orange" loading={approve.isPending} onClick={() => approve.mutate()}>
          The keys are the same: approve
        </Button>
      </Stack>
    </Alert>
  );
}
