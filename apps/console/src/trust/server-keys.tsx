/** The server's own keys: which one agents pin, which one comes, and the key that secrets are encrypted under. */
import { Badge, Card, Group, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDatabaseCog } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ServerKeys } from '@longshore/rest-contract';
import { AskedButton } from '../frame/asked-button';
import { FactCard } from '../frame/fact-card';
import { Loaded } from '../frame/loaded';
import { client } from '../link/client';
import { serverKeysQuery } from '../link/queries';
import { ExportIdentity, TakeNextKeyOffline } from './export-keys';
import { FingerprintFact } from './fingerprint-view';
import { KeyChainDrawing } from './key-chain-drawing';
import { EmergencyRotation, RotateServerKey } from './rotate-server-key';

export function ServerKeysSection() {
  const keys = useQuery(serverKeysQuery);
  return (
    <Loaded query={keys} what="the server’s keys">
      {(known) => (
        <Stack>
          <ServerKeyCard keys={known} />
          <ChainCard keys={known} />
          <DataKeyCard keys={known} />
        </Stack>
      )}
    </Loaded>
  );
}

function ServerKeyCard({ keys }: { readonly keys: ServerKeys }) {
  return (
    <FactCard
      title="Server key"
      facts={[
        ['Key', <FingerprintFact key="key" fingerprint={keys.fingerprint} label="Copy the fingerprint" />],
        ['Rotations', String(keys.rotations)],
        [
          'Next key',
          <Badge key="next" variant="light" color={keys.nextKeyHeld ? 'gray' : 'teal'} tt="none" radius="sm">
            {keys.nextKeyHeld ? 'kept on this server' : 'kept offline'}
          </Badge>,
        ],
      ]}
    >
      <Group gap="xs" mt="md">
        <RotateServerKey keys={keys} />
        <ExportIdentity />
        <TakeNextKeyOffline keys={keys} />
        <EmergencyRotation keys={keys} />
      </Group>
    </FactCard>
  );
}

function ChainCard({ keys }: { readonly keys: ServerKeys }) {
  return (
    <Card component="section" aria-label="Chain of keys">
      <Title order={2} size="h5" mb={4}>
        Chain of keys
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        Each key signed the one after it, and each was announced before. An agent that was away follows the chain from
        the key that it pinned; a thief of the current key cannot continue it.
      </Text>
      <KeyChainDrawing keys={keys} />
    </Card>
  );
}

function DataKeyCard({ keys }: { readonly keys: ServerKeys }) {
  const queries = useQueryClient();
  return (
    <FactCard
      title="Data key"
      facts={[
        [
          'Id',
          <span key="id" className="mono">
            {keys.dataKeyId}
          </span>,
        ],
      ]}
    >
      <Text size="sm" c="dimmed" mt="sm" mb="sm">
        Secure inputs are encrypted under it before they reach the database. It stands in the data folder only.
      </Text>
      <Group>
        <AskedButton
          label="Rotate the data key"
          leftSection={<IconDatabaseCog size={16} />}
          title="Rotate the data key?"
          confirm="Rotate the data key"
          failure="The data key was not rotated"
          act={() => client.rotateDataKey()}
          onDone={({ secretsEncryptedAnew: count }) => {
            const secrets = count === 1 ? 'one secret was' : `${count} secrets were`;
            notifications.show({ message: `Another data key is in use; ${secrets} encrypted anew`, color: 'teal' });
            return queries.invalidateQueries({ queryKey: serverKeysQuery.queryKey });
          }}
        >
          <Text size="sm">
            Another key is made, and every secret in the database is encrypted anew under it. Runs and agents notice
            nothing. Backups of the database from before need the old key, so keep the data folder’s backup with them.
          </Text>
        </AskedButton>
      </Group>
    </FactCard>
  );
}
