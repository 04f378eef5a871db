/** One run: how far it is, on every agent; and the log of the chosen step while it grows. */
import { Card, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams, useSearchParams } from 'react-router';
import { runIdSchema, type RunId } from '@longshore/protocol';
import type { Run } from '@longshore/rest-contract';
import { Ago, Lasting } from '../clock/ticking-age';
import { Loaded } from '../frame/loaded';
import { NotFoundPage } from '../frame/not-found-page';
import { PageHeader } from '../frame/page-header';
import { runQuery } from '../link/queries';
import { DependencyDrawing } from '../process/dependency-drawing';
import { processPath } from '../process/process-path';
import { ItemPanel } from './item-panel';
import { itemToShow, stepProgress } from './item-progress';
import { RunActions } from './run-actions';
import { RunMatrix } from './run-matrix';
import { RunProgress } from './run-list-page';
import { RunStateMark } from './run-state-mark';

export function RunPage() {
  const id = runIdSchema.safeParse(useParams()['runId']);
  return id.success ? <KnownRun key={id.data} id={id.data} /> : <NotFoundPage what="a run" />;
}

function KnownRun({ id }: { readonly id: RunId }) {
  const run = useQuery(runQuery(id));
  return (
    <Loaded query={run} what="a run">
      {(known) => <RunView run={known} />}
    </Loaded>
  );
}

function RunView({ run }: { readonly run: Run }) {
  const [address, setAddress] = useSearchParams();
  const wanted = address.get('item');
  const item = run.items.find(({ id }) => id === wanted) ?? itemToShow(run.items);
  return (
    <>
      <PageHeader
        title={run.process}
        trail={[
          { to: '/runs', name: 'Runs' },
          { to: processPath(run.process), name: run.process },
        ]}
        marks={<RunStateMark state={run.state} />}
        about={
          <>
            Version {run.processVersion}, started <Ago at={run.createdAt} /> by {run.startedBy},{' '}
            {run.endedAt === null ? 'going for' : 'took'} <Lasting from={run.createdAt} to={run.endedAt} />
          </>
        }
        actions={<RunActions run={run} />}
      />
      <Stack>
        <Card component="section" aria-label="Progress">
          <Stack gap="sm">
            <RunProgress run={run} />
            {run.definition.steps.length > 1 && <DependencyDrawing steps={drawingOf(run)} />}
          </Stack>
        </Card>
        <RunMatrix
          run={run}
          chosen={item?.id ?? null}
          onChoose={(chosen) => setAddress({ item: chosen.id }, { replace: true, preventScrollReset: true })}
        />
        {item !== null && <ItemPanel key={item.id} item={item} />}
        {run.items.length === 0 && <NoItem />}
      </Stack>
    </>
  );
}

function NoItem() {
  return (
    <Card>
      <Title order={2} size="h5">
        Nothing to do
      </Title>
      <Text size="sm">No agent of this run was chosen by any of its steps.</Text>
    </Card>
  );
}

function drawingOf({ definition, items }: Run) {
  return definition.steps.map(({ name, needs }) => ({
    name,
    needs: needs.map(({ step }) => step),
    ...stepProgress(items.filter(({ step }) => step === name)),
  }));
}
