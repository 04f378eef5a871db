/** How does a machine join? An install token is made, and the one command to run there is shown. */
import {
  Button,
  Card,
  NumberInput,
  Select,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Switch,
  TagsInput,
  Text,
} from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { AgentType } from '@longshore/protocol';
import { createInstallTokenSchema } from '@longshore/rest-contract';
import { errorAt, errorsOf, problemsOf, type FieldErrors } from '../frame/field-errors';
import { FailureNotice } from '../frame/failure-notice';
import { PageHeader } from '../frame/page-header';
import { client } from '../link/client';
import { InstallSteps } from './install-steps';

const lifetimes = [
  { value: '60', label: '1 hour' },
  { value: '1440', label: '1 day' },
  { value: '10080', label: '1 week' },
  { value: '525600', label: '1 year' },
];

export function AddAgentPage() {
  const [type, setType] = useState<AgentType>('web');
  const [uses, setUses] = useState<number | string>(1);
  const [lifetime, setLifetime] = useState('60');
  const [tags, setTags] = useState<string[]>([]);
  const [autoApprove, setAutoApprove] = useState(true);
  const [mistakes, setMistakes] = useState<FieldErrors>(new Map());
  const wish = { type, uses: Number(uses), expiresInMinutes: Number(lifetime), tags, autoApprove };
  const create = useMutation({ mutationFn: () => client.createInstallToken(wish) });
  const errors = new Map([...errorsOf(create.error), ...mistakes]);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const parsed = createInstallTokenSchema.safeParse(wish);
    setMistakes(parsed.success ? new Map() : problemsOf(parsed.error));
    if (parsed.success) create.mutate();
  };
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
            <AgentTypeChoice type={type} onChange={setType} />
            <SimpleGrid cols={2}>
              <NumberInput
                label="Agents"
                description="How many may use it"
                min={1}
                value={uses}
                onChange={setUses}
                error={errorAt(errors, 'uses')}
              />
              <Select
                label="Valid for"
                description="Afterwards it is refused"
                data={lifetimes}
                value={lifetime}
                onChange={(value) => setLifetime(value ?? lifetime)}
                allowDeselect={false}
              />
            </SimpleGrid>
            <TagsInput
              label="Tags"
              description="Given to the agents that join. Enter adds one."
              value={tags}
              onChange={setTags}
              error={errorAt(errors, 'tags')}
            />
            <Switch
              label="Gets work at once"
              description="Otherwise somebody has to approve each agent first."
              checked={autoApprove}
              onChange={(event) => setAutoApprove(event.currentTarget.checked)}
            />
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
