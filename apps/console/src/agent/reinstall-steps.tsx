/** The way back for an agent whose key is gone or in foreign hands, in the order in which it works. */
import { Anchor, Badge, Card, Group, List, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import type { Agent } from '@longshore/rest-contract';
import { CopyLine } from '../frame/copy-line';
import { serverQuery } from '../link/queries';
import { RegenerateApiKey } from './api-key-actions';
import { ForgetCertificate } from './forget-certificate';
import { installAgainCommand, rePinCommand, runCommand, setApiKeyCommand, stopCommand } from './host-commands';

type Home = 'there' | 'gone';

export function ReinstallSteps({ agent }: { readonly agent: Agent }) {
  const [home, setHome] = useState<Home>('there');
  return (
    <Card component="section" aria-label="Reinstall this agent">
      <Title order={3} size="h5" mb={4}>
        Reinstall this agent
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        It keeps its place in the fleet, its work and its history, and comes back with another key.
      </Text>
      <SegmentedControl<Home>
        aria-label="The agent’s home"
        size="xs"
        mb="md"
        data={[
          { value: 'there', label: 'Its home is still there' },
          { value: 'gone', label: 'Its home is gone' },
        ]}
        value={home}
        onChange={setHome}
      />
      <List type="ordered" size="sm" spacing="md" pl="md" pr="xs">
        <ReinstallStep title="Forget its certificate" isDone={agent.fingerprint === null}>
          <ForgetCertificate agent={agent} />
        </ReinstallStep>
        <ReinstallStep title="Make another API key, and copy it">
          <RegenerateApiKey agent={agent} />
        </ReinstallStep>
        {home === 'there' ? <KeptHome agent={agent} /> : <LostHome agent={agent} />}
        <ReinstallStep title="Start it; it goes on where it was">
          <CopyLine block text={runCommand(agent)} label="Copy the command" />
        </ReinstallStep>
      </List>
    </Card>
  );
}

function KeptHome({ agent }: { readonly agent: Agent }) {
  const host = agent.facts?.hostname ?? 'its host';
  return (
    <>
      <ReinstallStep title={`On ${host}, stop it if it runs`}>
        <CopyLine block text={stopCommand(agent)} label="Copy the command" />
      </ReinstallStep>
      <ReinstallStep title="Hand it the API key; it asks for it, and keeps it in conf/api-key of its home">
        <CopyLine block text={setApiKeyCommand(agent)} label="Copy the command" />
      </ReinstallStep>
      <ReinstallStep title="Have its key pinned">
        <CopyLine block text={rePinCommand(agent)} label="Copy the command" />
      </ReinstallStep>
    </>
  );
}

function LostHome({ agent }: { readonly agent: Agent }) {
  const server = useQuery(serverQuery).data;
  return (
    <ReinstallStep title="On the host, install it; paste the API key when it asks for a token">
      {server !== undefined && <CopyLine block text={installAgainCommand(agent, server)} label="Copy the command" />}
      <Text size="sm" c="dimmed" mt={6}>
        Or, instead of all before this, install it with an{' '}
        <Anchor component={Link} size="sm" to={`/security?show=tokens&agent=${agent.id}&type=${agent.type}`}>
          install token for this agent
        </Anchor>
        : the token alone lets another key in.
      </Text>
    </ReinstallStep>
  );
}

interface ReinstallStepProps {
  readonly title: string;
  readonly isDone?: boolean;
  readonly children: ReactNode;
}

function ReinstallStep({ title, isDone = false, children }: ReinstallStepProps) {
  return (
    <List.Item styles={{ itemWrapper: { display: 'block' }, itemLabel: { display: 'block' } }}>
      <Stack gap={6}>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {title}
          </Text>
          {isDone && (
            <Badge variant="light" color="teal" tt="none" radius="sm">
              done
            </Badge>
          )}
        </Group>
        <div>{children}</div>
      </Stack>
    </List.Item>
  );
}
