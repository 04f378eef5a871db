/** What to do on the machine, once there is a token. The token itself is shown this once. */
import { Alert, Anchor, Card, Stack, Text, Title } from '@mantine/core';
import { IconTerminal2 } from '@tabler/icons-react';
import { Link } from 'react-router';
import { installCommand } from '@longshore/rest-client';
import type { CreatedInstallToken } from '@longshore/rest-contract';
import { runCommand } from '../agent/host-commands';
import { CopyLine } from '../frame/copy-line';

export function InstallSteps({ token }: { readonly token: CreatedInstallToken | null }) {
  if (token === null) {
    return (
      <Card bg="transparent" style={{ borderStyle: 'dashed' }}>
        <Stack align="center" justify="center" h="100%" mih={200} gap="xs" c="dimmed">
          <IconTerminal2 size={32} stroke={1.4} />
          <Text size="sm" ta="center" maw={320}>
            The command to run on the machine is shown here as soon as the install token is made.
          </Text>
        </Stack>
      </Card>
    );
  }
  const type = token.type ?? 'web';
  return (
    <Card component="section" aria-label="Install command">
      <Title order={2} size="h5" mb="sm">
        On the machine
      </Title>
      <Stack gap="sm">
        <Text size="sm">1. Install the agent, as the user that its steps are to run as:</Text>
        <CopyLine block text={installCommand(type, token.token, token.agentId)} label="Copy the command" />
        <Text size="sm">2. Start it:</Text>
        <CopyLine
          block
          text={token.agentId === null ? 'longshore-agent run' : runCommand({ name: token.agentId })}
          label="Copy the command"
        />
        <Text size="sm">
          3. It appears in the{' '}
          <Anchor component={Link} to="/fleet">
            fleet
          </Anchor>{' '}
          {token.agentId !== null
            ? `as ${token.agentId}, with its new key.`
            : token.autoApprove
              ? 'and is ready for work.'
              : 'and waits for approval.'}
        </Text>
        <Alert color="yellow" variant="light" py="xs">
          The token is a secret and is shown only now. It is valid until {new Date(token.expiresAt).toLocaleString()}{' '}
          for {token.usesLeft === 1 ? 'one agent' : `${token.usesLeft} agents`}.
        </Alert>
      </Stack>
    </Card>
  );
}
