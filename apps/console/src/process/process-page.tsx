/** One process: how its steps depend on each other, and what each does. */
import { Button, Card, Stack, Title } from '@mantine/core';
import { IconPencil, IconPlayerPlay } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import type { Process } from '@longshore/rest-contract';
import { Ago } from '../clock/ticking-age';
import { Loaded } from '../frame/loaded';
import { PageHeader } from '../frame/page-header';
import { processQuery } from '../link/queries';
import { DependencyDrawing } from './dependency-drawing';
import { editProcessPath, startRunPath } from './process-path';
import { StepCard } from './step-card';

export function ProcessPage() {
  const process = useQuery(processQuery(useSearchParams()[0].get('name') ?? ''));
  return (
    <Loaded query={process} what="a process">
      {(known) => <ProcessView process={known} />}
    </Loaded>
  );
}

function ProcessView({ process: { name, version, createdAt, definition } }: { readonly process: Process }) {
  return (
    <>
      <PageHeader
        title={name}
        trail={[{ to: '/processes', name: 'Processes' }]}
        about={
          <>
            {definition.description !== '' && <div>{definition.description}</div>}
            Version {version}, saved <Ago at={createdAt} />
          </>
        }
        actions={
          <>
            <Button
              component={Link}
              to={editProcessPath(name)}
              variant="default"
              leftSection={<IconPencil size={16} />}
            >
              Edit
            </Button>
            <Button component={Link} to={startRunPath(name)} leftSection={<IconPlayerPlay size={16} />}>
              Run
            </Button>
          </>
        }
      />
      <Stack>
        <Card component="section" aria-label="Order of the steps">
          <DependencyDrawing
            steps={definition.steps.map(({ name: step, needs, type }) => ({
              name: step,
              needs: needs.map((need) => need.step),
              note: type,
              look: 'plain',
            }))}
          />
        </Card>
        <Title order={2} size="h5">
          Steps
        </Title>
        {definition.steps.map((step) => (
          <StepCard key={step.name} step={step} />
        ))}
      </Stack>
    </>
  );
}
