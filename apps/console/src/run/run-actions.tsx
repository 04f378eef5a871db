/** Cancel, asked twice because it ends running processes; and the same once more. */
import { Button, Group, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { Run } from '@longshore/rest-contract';
import { FailureNotice } from '../frame/failure-notice';
import { client } from '../link/client';
import { runQuery } from '../link/queries';
import { startRunPath } from '../process/process-path';

export function RunActions({ run }: { readonly run: Run }) {
  if (run.state === 'running') return <CancelRun run={run} />;
  return (
    <Button
      component={Link}
      to={startRunPath(run.process)}
      variant="default"
      leftSection={<IconPlayerPlay size={16} />}
    >
      Run again
    </Button>
  );
}

function CancelRun({ run }: { readonly run: Run }) {
  const queries = useQueryClient();
  const [isOpen, dialog] = useDisclosure(false);
  const cancel = useMutation({
    mutationFn: () => client.cancelRun(run.id),
    onSuccess: () => {
      dialog.close();
      return queries.invalidateQueries({ queryKey: runQuery(run.id).queryKey });
    },
  });
  const isAsked = run.items.some(({ attempts }) => attempts.some((attempt) => attempt.cancelRequestedAt !== null));
  return (
    <>
      <Button color="red" variant="light" leftSection={<IconPlayerStop size={16} />} onClick={dialog.open}>
        {isAsked ? 'Cancelling…' : 'Cancel'}
      </Button>
      <Modal opened={isOpen} onClose={dialog.close} title={`Cancel the run of ${run.process}?`} centered>
        <Text size="sm" mb="md">
          Running steps are ended with everything they started; steps that have not begun never will. On an agent that
          cannot be reached this happens when it returns.
        </Text>
        {cancel.error !== null && <FailureNotice error={cancel.error} doing="The run was not cancelled" />}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={dialog.close} data-autofocus>
            Let it go on
          </Button>
          <Button color="red" loading={cancel.isPending} onClick={() => cancel.mutate()}>
            Cancel the run
          </Button>
        </Group>
      </Modal>
    </>
  );
}
