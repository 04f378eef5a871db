/** How does a machine join? An install token is made, and the one command to run there is shown. */
import { Button, Card, SegmentedControl, SimpleGrid, Stack, Text } from '@mantine/core';
import type { AgentType } from '@longshore/protocol';
import { FailureNotice } from '../frame/failure-notice';
import { PageHeader } from '../frame/page-header';
import { InstallSteps } from './install-steps';
import { InstallTokenFields, newInstallToken } from './install-token-fields';
import { useInstallToken } from './use-install-token';

export function AddAgentPage() {
  const { draft, create, submit, errors, change } = useInstallToken(newInstallToken);
  return (
    <>
      <PageHeader
        title="Add agent"
        trail={[{ to: '/fleet', name: 'Fleet' }]}
        about="An install token lets an agent join and carries this server’s key, so that the first contact is verified."
      />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Card component="form" onSubmit={submit} aria-label="Install token">
          <Stack gap="sm">
            <AgentTypeChoice type={draft.type ?? 'web'} onChange={(type) => change({ type })} />
            <InstallTokenFields draft={draft} errors={errors} onChange={change} />
            {create.error !== null && errors.size === 0 && (
              <FailureNotice error={create.error} doing="The install token was not made" />
            )}
            <Button type="submit" loading={create.isPending} mt="xs" style={{ alignSelf: 'flex-start' }}>
              Create install token
            </Button>
          </Stack>
        </Card>
        <InstallSteps token={create.data ?? null} />
      </SimpleGrid>
    </>
  );
}

interface AgentTypeChoiceProps {
  readonly type: AgentType;
  readonly onChange: (type: AgentType) => void;
}

function AgentTypeChoice({ type, onChange }: AgentTypeChoiceProps) {
  const choices: { value: AgentType; label: string }[] = [
    { value: 'web', label: 'Web agent' },
    { value: 'jms', label: 'JMS agent' },
  ];
  return (
    <div>
      <SegmentedControl aria-label="Type of agent" fullWidth data={choices} value={type} onChange={onChange} />
      <Text size="sm" c="dimmed" mt={6} mih="2.8em">
        {type === 'web'
          ? 'Control over WebSocket, work over HTTPS: one port, the gateway’s, has to be reachable from the machine.'
          : 'Control over durable AMQP messages, work over HTTPS: the broker’s port has to be reachable as well.'}
      </Text>
    </div>
  );
}
