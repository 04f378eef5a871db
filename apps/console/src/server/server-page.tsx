/** What the server says of itself: its key, where agents reach it, and whether JMS agents can be served. */
import { Alert, Badge, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ServerFacts } from '@longshore/rest-contract';
import { CopyLine } from '../frame/copy-line';
import { FactCard } from '../frame/fact-card';
import { Loaded } from '../frame/loaded';
import { PageHeader } from '../frame/page-header';
import { serverQuery } from '../link/queries';

export function ServerPage() {
  const server = useQuery(serverQuery);
  return (
    <>
      <PageHeader title="Server" />
      <Loaded query={server} what="the server’s facts">
        {(facts) => <ServerView facts={facts} />}
      </Loaded>
    </>
  );
}

function ServerView({ facts }: { readonly facts: ServerFacts }) {
  const { broker } = facts;
  return (
    <Stack>
      {broker.state !== 'connected' && (
        <Alert
          color={brokerLooks[broker.state].color}
          icon={<IconPlugConnectedX />}
          title="JMS agents cannot be served now"
        >
          {broker.detail}
        </Alert>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <FactCard
          title="Identity"
          facts={[
            ['Key', <CopyLine key="key" text={facts.fingerprint} label="Copy the fingerprint" />],
            ['Server id', <CopyLine key="id" text={facts.serverId} label="Copy the id" />],
            ['Version', facts.version],
          ]}
        >
          <Text size="xs" c="dimmed" mt="sm">
            Agents and the command line pin this key. Compare it before you trust a first contact.
          </Text>
        </FactCard>
        <FactCard
          title="For agents"
          facts={[
            [
              'Gateways',
              <Stack key="gateways" gap={2}>
                {facts.gateways.map((address) => (
                  <CopyLine key={address} text={address} label="Copy the address" />
                ))}
              </Stack>,
            ],
            [
              'Broker',
              <Badge key="broker" variant="light" color={brokerLooks[broker.state].color} tt="none" radius="sm">
                {brokerLooks[broker.state].text}
              </Badge>,
            ],
          ]}
        />
      </SimpleGrid>
    </Stack>
  );
}

const brokerLooks = {
  connected: { color: 'teal', text: 'Connected' },
  unreachable: { color: 'red', text: 'Unreachable' },
  'not-configured': { color: 'gray', text: 'Not configured' },
} as const;
