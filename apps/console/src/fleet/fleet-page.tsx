/** Which agents are there, and how are they? */
import { Button, Text } from '@mantine/core';
import { IconPlus, IconSearchOff, IconShip } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import type { AgentList as Fleet } from '@longshore/rest-contract';
import { Loaded } from '../frame/loaded';
import { NothingHere } from '../frame/nothing-here';
import { PageHeader } from '../frame/page-header';
import { agentsQuery } from '../link/queries';
import { AgentList } from './agent-list';
import {
  countByConnection,
  countByTrustGap,
  fits,
  fleetAddress,
  isWholeFleet,
  parseFleetFilter,
  tagsOf,
  wholeFleet,
} from './fleet-filter';
import type { FleetFilter } from './fleet-filter';
import { FleetFilters } from './fleet-filters';

export function FleetPage() {
  const [address, setAddress] = useSearchParams();
  const filter = parseFleetFilter(address);
  const question = {
    ...(filter.search === '' ? {} : { search: filter.search }),
    ...(filter.type === null ? {} : { type: filter.type }),
    ...(filter.tag === null ? {} : { tag: filter.tag }),
  };
  const fleet = useQuery(agentsQuery(question));
  return (
    <>
      <PageHeader
        title="Fleet"
        about={fleet.data === undefined ? ' ' : summaryOf(fleet.data)}
        actions={
          <Button component={Link} to="/add-agent" leftSection={<IconPlus size={16} />}>
            Add agent
          </Button>
        }
      />
      <Loaded query={fleet} what="the fleet">
        {(answer, asOf) => (
          <FilteredFleet
            fleet={answer}
            asOf={asOf}
            filter={filter}
            onFilter={(next) => setAddress(fleetAddress(next), { replace: true })}
          />
        )}
      </Loaded>
    </>
  );
}

interface FilteredFleetProps {
  readonly fleet: Fleet;
  readonly asOf: number;
  readonly filter: FleetFilter;
  readonly onFilter: (filter: FleetFilter) => void;
}

function FilteredFleet({ fleet, asOf, filter, onFilter }: FilteredFleetProps) {
  if (fleet.total === 0 && isWholeFleet(filter)) return <NoAgentYet />;
  const agents = fleet.agents.filter((agent) => fits(agent, filter));
  return (
    <>
      <FleetFilters
        key={isWholeFleet(filter) ? 'whole' : 'part'}
        filter={filter}
        tags={tagsOf(fleet.agents)}
        counts={countByConnection(fleet.agents)}
        gaps={countByTrustGap(fleet.agents)}
        onChange={(change) => onFilter({ ...filter, ...change })}
      />
      {agents.length === 0 ? (
        <NothingHere icon={<IconSearchOff />} title="No agent fits">
          <span>None of your agents fits this search and these filters.</span>
          <Button variant="default" onClick={() => onFilter(wholeFleet)}>
            Show the whole fleet
          </Button>
        </NothingHere>
      ) : (
        <AgentList agents={agents} asOf={asOf} />
      )}
      {fleet.agents.length < fleet.total && (
        <Text size="sm" c="dimmed" mt="sm">
          The first {fleet.agents.length} of {fleet.total} agents. Narrow the search to see the others.
        </Text>
      )}
    </>
  );
}

function NoAgentYet() {
  return (
    <NothingHere icon={<IconShip />} title="No agent yet">
      <span>An agent runs on the machine where work is done and connects to this server by itself.</span>
      <Button component={Link} to="/add-agent">
        Add the first agent
      </Button>
    </NothingHere>
  );
}

function summaryOf({ agents, total }: Fleet): string {
  if (total === 0) return ' ';
  const counts = countByConnection(agents);
  const online = counts.get('online') ?? 0;
  const waiting = counts.get('awaiting-approval') ?? 0;
  const troubled = agents.length - online - waiting;
  const parts = [`${total} ${total === 1 ? 'agent' : 'agents'}`, `${online} online`];
  if (troubled > 0) parts.push(`${troubled} not online`);
  if (waiting > 0) parts.push(`${waiting} awaiting approval`);
  return parts.join(' · ');
}
