/** Which processes are there to run? */
import { Button, Card, Group, Text } from '@mantine/core';
import { IconPlayerPlay, IconPlus, IconRoute } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { Process } from '@longshore/rest-contract';
import { Ago } from '../clock/ticking-age';
import { Loaded } from '../frame/loaded';
import { NothingHere } from '../frame/nothing-here';
import { PageHeader } from '../frame/page-header';
import { processesQuery } from '../link/queries';
import { processPath, startRunPath } from './process-path';

export function ProcessListPage() {
  const processes = useQuery(processesQuery);
  const create = (
    <Button component={Link} to="/processes/new" leftSection={<IconPlus size={16} />}>
      New process
    </Button>
  );
  return (
    <>
      <PageHeader title="Processes" actions={processes.data?.processes.length === 0 ? undefined : create} />
      <Loaded query={processes} what="the processes">
        {({ processes: list }) =>
          list.length === 0 ? (
            <NothingHere icon={<IconRoute />} title="No process yet">
              <span>
                A process is a list of steps with their dependencies. A run carries it out on the agents you choose.
              </span>
              {create}
            </NothingHere>
          ) : (
            <Card padding={0} component="ul" m={0} style={{ listStyle: 'none' }}>
              {list.map((process) => (
                <ProcessRow key={process.name} process={process} />
              ))}
            </Card>
          )
        }
      </Loaded>
    </>
  );
}

function ProcessRow({ process: { name, version, createdAt, definition } }: { readonly process: Process }) {
  const steps = definition.steps.length;
  return (
    <Group
      component="li"
      className="row-link"
      p="sm"
      px="md"
      justify="space-between"
      wrap="nowrap"
      style={{ display: 'flex' }}
    >
      <div style={{ minWidth: 0 }}>
        <Text component={Link} to={processPath(name)} className="quiet-link" fw={600}>
          {name}
        </Text>
        <Text size="sm" c="dimmed" lineClamp={1}>
          {definition.description === ''
            ? definition.steps.map((step) => step.name).join(' · ')
            : definition.description}
        </Text>
      </div>
      <Group gap="lg" wrap="nowrap">
        <Text size="sm" c="dimmed" visibleFrom="sm" style={{ whiteSpace: 'nowrap' }}>
          {steps} {steps === 1 ? 'step' : 'steps'} · version {version} · <Ago at={createdAt} />
        </Text>
        <Button
          component={Link}
          to={startRunPath(name)}
          variant="default"
          size="xs"
          leftSection={<IconPlayerPlay size={14} />}
          aria-label={`Run ${name}`}
        >
          Run
        </Button>
      </Group>
    </Group>
  );
}
