/** Everything about one agent, and what an operator may change of it. */
import { Alert, SimpleGrid, Stack } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { agentIdSchema, type AgentId } from '@longshore/protocol';
import type { Agent } from '@longshore/rest-contract';
import { AgentTypeMark } from '../fleet/agent-type-mark';
import { ConnectionMark, connectionLooks } from '../fleet/connection-mark';
import { TrustMark } from '../fleet/trust-mark';
import { Loaded } from '../frame/loaded';
import { NotFoundPage } from '../frame/not-found-page';
import { PageHeader } from '../frame/page-header';
import { PageTabs } from '../frame/page-tabs';
import { agentQuery } from '../link/queries';
import { SecurityEventList } from '../trust/security-event-list';
import { AgentApproval } from './agent-approval';
import { AgentConfiguration } from './agent-configuration';
import { AgentIdentity, AgentMachine } from './agent-facts';
import { AgentLegs } from './agent-legs';
import { AgentWork } from './agent-work';

export function AgentPage() {
  const id = agentIdSchema.safeParse(useParams()['agentId']);
  return id.success ? <KnownAgent id={id.data} /> : <NotFoundPage what="an agent" />;
}

function KnownAgent({ id }: { readonly id: AgentId }) {
  const agent = useQuery(agentQuery(id));
  return (
    <Loaded query={agent} what="an agent">
      {(known, asOf) => <AgentView agent={known} asOf={asOf} />}
    </Loaded>
  );
}

function AgentView({ agent, asOf }: { readonly agent: Agent; readonly asOf: number }) {
  return (
    <>
      <PageHeader
        title={agent.name}
        trail={[{ to: '/fleet', name: 'Fleet' }]}
        marks={
          <>
            <ConnectionMark connection={agent.connection} reason={null} />
            <AgentTypeMark type={agent.type} />
            <TrustMark agent={agent} />
          </>
        }
      />
      {agent.connection === 'awaiting-approval' ? (
        <AgentApproval agent={agent} />
      ) : (
        agent.reason !== null && (
          <Alert color={connectionLooks[agent.connection].color} icon={<IconInfoCircle />} mb="md" py="xs">
            {agent.reason}
          </Alert>
        )
      )}
      <PageTabs
        label="Parts of the agent"
        tabs={[
          { name: 'overview', title: 'Overview', content: <AgentOverview agent={agent} asOf={asOf} /> },
          { name: 'configuration', title: 'Configuration', content: <AgentConfiguration agent={agent} /> },
          { name: 'events', title: 'Security events', content: <SecurityEventList agentId={agent.id} /> },
        ]}
      />
    </>
  );
}

function AgentOverview({ agent, asOf }: { readonly agent: Agent; readonly asOf: number }) {
  return (
    <>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md" mb="md">
        <Stack>
          <AgentLegs agent={agent} asOf={asOf} />
          <AgentMachine agent={agent} />
        </Stack>
        <Stack>
          <AgentWork agent={agent} asOf={asOf} />
        </Stack>
      </SimpleGrid>
      <AgentIdentity agent={agent} />
    </>
  );
}
