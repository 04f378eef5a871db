/** Install tokens that can still be used or have run out. The tokens themselves are not kept, so none is shown. */
import { Badge, Card, Group, Text } from '@mantine/core';
import { IconTicket, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import type { InstallToken } from '@longshore/rest-contract';
import { Ago, Until } from '../clock/ticking-age';
import { agentTypeNames } from '../fleet/agent-type-mark';
import { TagList } from '../fleet/tag-list';
import { AskedButton } from '../frame/asked-button';
import { NothingHere } from '../frame/nothing-here';
import { client } from '../link/client';
import { installTokensQuery } from '../link/queries';

export function InstallTokenList({ tokens }: { readonly tokens: readonly InstallToken[] }) {
  if (tokens.length === 0) {
    return (
      <NothingHere icon={<IconTicket />} title="No install token is out">
        <span>Make one below for each agent, or for many, that is to join.</span>
      </NothingHere>
    );
  }
  return (
    <Card padding={0} component="ul" m={0} style={{ listStyle: 'none' }} aria-label="Install tokens">
      {tokens.map((token) => (
        <Group key={token.id} component="li" className="row-line" p="sm" px="md" justify="space-between" wrap="nowrap">
          <TokenFacts token={token} />
          <RevokeToken token={token} />
        </Group>
      ))}
    </Card>
  );
}

function TokenFacts({ token }: { readonly token: InstallToken }) {
  const { type, usesLeft, agentId } = token;
  return (
    <div style={{ minWidth: 0 }}>
      <Group gap="xs">
        <Text fw={600} className="mono">
          {token.id}
        </Text>
        <Badge variant="outline" color="gray" tt="none" radius="sm">
          {type === null ? 'Either type' : agentTypeNames[type]}
        </Badge>
        {agentId !== null && (
          <Badge variant="light" color="violet" tt="none" radius="sm">
            for {agentId}
          </Badge>
        )}
        {!token.autoApprove && (
          <Badge variant="light" color="orange" tt="none" radius="sm">
            waits for approval
          </Badge>
        )}
        <TagList tags={[...token.tags, ...token.teams.map((team) => `team ${team}`)]} />
      </Group>
      <Text size="sm" c="dimmed">
        {usesLeft === 0 ? 'used up' : usesLeft === 1 ? 'for one agent' : `for ${usesLeft} agents`} · ends{' '}
        <Until at={token.expiresAt} over="– it has expired" /> · made <Ago at={token.createdAt} /> by {token.createdBy}
      </Text>
    </div>
  );
}

function RevokeToken({ token }: { readonly token: InstallToken }) {
  const queries = useQueryClient();
  return (
    <AskedButton
      label="Revoke"
      size="xs"
      isDangerous
      leftSection={<IconTrash size={14} />}
      title={`Revoke the install token ${token.id}?`}
      confirm="Revoke the token"
      failure="The token was not revoked"
      act={() => client.deleteInstallToken(token.id)}
      onDone={() => queries.invalidateQueries({ queryKey: installTokensQuery.queryKey })}
    >
      <Text size="sm">Nobody can join with it any more. Agents that have joined with it stay as they are.</Text>
    </AskedButton>
  );
}
