/** Install tokens that are out there: who made them, for what, and how to end one; and a form for another. */
import { Button, Card, Select, SimpleGrid, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { agentIdSchema, agentTypeSchema } from '@longshore/protocol';
import { FailureNotice } from '../frame/failure-notice';
import { Loaded } from '../frame/loaded';
import { agentsQuery, installTokensQuery } from '../link/queries';
import { InstallSteps } from './install-steps';
import { InstallTokenFields, newInstallToken, type InstallTokenFieldsProps } from './install-token-fields';
import { InstallTokenList } from './install-token-list';
import { useInstallToken } from './use-install-token';

export function InstallTokens() {
  const tokens = useQuery(installTokensQuery);
  return (
    <Stack>
      <Loaded query={tokens} what="the install tokens">
        {(answer) => <InstallTokenList tokens={answer.tokens} />}
      </Loaded>
      <NewInstallToken />
    </Stack>
  );
}

/** The address may name the agent that it is for: an agent's page leads here. */
function NewInstallToken() {
  const [address] = useSearchParams();
  const tokens = useQuery(installTokensQuery).data?.tokens;
  const agentId = agentIdSchema.safeParse(address.get('agent')).data ?? null;
  const type = agentTypeSchema.safeParse(address.get('type')).data ?? null;
  const { draft, create, submit, errors, change } = useInstallToken({ ...newInstallToken, type, agentId });
  // One that was just made may just as soon have been revoked in the list above.
  const isOut = tokens?.some(({ id }) => id === create.data?.id) ?? true;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      <Card component="form" onSubmit={submit} aria-label="New install token">
        <Title order={2} size="h5" mb="sm">
          New install token
        </Title>
        <Stack gap="sm">
          <ForWhom draft={draft} errors={errors} onChange={change} />
          <InstallTokenFields draft={draft} errors={errors} onChange={change} />
          {create.error !== null && errors.size === 0 && (
            <FailureNotice error={create.error} doing="The install token was not made" />
          )}
          <Button type="submit" loading={create.isPending} mt="xs" style={{ alignSelf: 'flex-start' }}>
            Create install token
          </Button>
        </Stack>
      </Card>
      <InstallSteps token={isOut ? (create.data ?? null) : null} />
    </SimpleGrid>
  );
}

function ForWhom({ draft, onChange }: InstallTokenFieldsProps) {
  const agents = useQuery(agentsQuery()).data?.agents ?? [];
  const known = agents.map(({ id, name }) => ({ value: id, label: name === id ? name : `${name} (${id})` }));
  const isListed = draft.agentId === null || known.some(({ value }) => value === draft.agentId);
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <Select
        label="Type"
        description="Of the agents that may use it"
        placeholder="Either type"
        data={[
          { value: 'web', label: 'Web agents' },
          { value: 'jms', label: 'JMS agents' },
        ]}
        value={draft.type}
        onChange={(type) => onChange({ type: agentTypeSchema.safeParse(type).data ?? null })}
        clearable
      />
      <Select<string>
        label="Bound to an agent"
        description="It gives that agent a new key"
        placeholder="For new agents"
        data={isListed ? known : [{ value: String(draft.agentId), label: String(draft.agentId) }, ...known]}
        value={draft.agentId}
        onChange={(id) => {
          const agent = agents.find((each) => each.id === id);
          onChange({ agentId: agent?.id ?? null, ...(agent === undefined ? {} : { type: agent.type, uses: 1 }) });
        }}
        searchable
        clearable
        nothingFoundMessage="No such agent"
      />
    </SimpleGrid>
  );
}
