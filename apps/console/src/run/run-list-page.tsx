/** What has been run, newest first. */
import { Button, Card, Group, Progress, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import type { RunSummary } from '@longshore/rest-contract';
import { Ago, Lasting } from '../clock/ticking-age';
import { Loaded } from '../frame/loaded';
import { NothingHere } from '../frame/nothing-here';
import { PageHeader } from '../frame/page-header';
import { runsQuery } from '../link/queries';
import { RunStateMark } from './run-state-mark';
import classes from './run-list.module.css';

const pageLength = 50;
const longestList = 200;

export function RunListPage() {
  const [limit, setLimit] = useState(pageLength);
  const runs = useQuery(runsQuery(limit));
  const start = (
    <Button component={Link} to="/runs/new" leftSection={<IconPlayerPlay size={16} />}>
      Start a run
    </Button>
  );
  return (
    <>
      <PageHeader title="Runs" actions={runs.data?.runs.length === 0 ? undefined : start} />
      <Loaded query={runs} what="the runs">
        {({ runs: list }) =>
          list.length === 0 ? (
            <NothingHere icon={<IconPlayerPlay />} title="Nothing has been run yet">
              <span>
                A run carries out a process on the agents that you choose, and shows its logs here while it goes.
              </span>
              {start}
            </NothingHere>
          ) : (
            <>
              <RunList runs={list} />
              {list.length === limit && limit < longestList && (
                <Button variant="subtle" mt="sm" onClick={() => setLimit(longestList)}>
                  Show older runs
                </Button>
              )}
            </>
          )
        }
      </Loaded>
    </>
  );
}

function RunList({ runs }: { readonly runs: readonly RunSummary[] }) {
  return (
    <Card padding={0}>
      <div className={`list-head ${classes.grid} ${classes.head}`} aria-hidden>
        <span>State</span>
        <span>Process</span>
        <span>Progress</span>
        <span>Started</span>
        <span>Took</span>
      </div>
      <ul className={classes.list} aria-label="Runs">
        {runs.map((run) => (
          <li key={run.id}>
            <RunRow run={run} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function RunRow({ run }: { readonly run: RunSummary }) {
  return (
    <Link to={`/runs/${run.id}`} className={`row-link ${classes.grid}`}>
      <div className={classes.state}>
        <RunStateMark state={run.state} />
      </div>
      <Text truncate className={classes.name ?? ''}>
        <Text span fw={600}>
          {run.process}
        </Text>{' '}
        <Text span size="sm" c="dimmed">
          version {run.processVersion}
        </Text>
      </Text>
      <div className={classes.progress}>
        <RunProgress run={run} />
      </div>
      <Text size="sm" c="dimmed">
        <Ago at={run.createdAt} /> by {run.startedBy}
      </Text>
      <Text size="sm" c="dimmed" className={classes.took ?? ''}>
        <Lasting from={run.createdAt} to={run.endedAt} />
      </Text>
    </Link>
  );
}

/** Skipped items have ended too, so green belongs to a run in which all succeeded. */
const endedColors = { running: 'blue', succeeded: 'teal', failed: 'gray', cancelled: 'gray' } as const;
/** What did not succeed counts as failed, and in a cancelled run that is mostly what was cancelled. */
const failedColors = { running: 'red', succeeded: 'red', failed: 'red', cancelled: 'gray' } as const;

export function RunProgress({ run: { counts, state } }: { readonly run: RunSummary }) {
  const others = counts.ended - counts.failed;
  const share = (count: number): number => (counts.total === 0 ? 0 : (100 * count) / counts.total);
  return (
    <Group gap="xs" wrap="nowrap">
      <Progress.Root size={6} flex={1} miw={60} maw={140}>
        <Progress.Section value={share(counts.failed)} color={failedColors[state]} aria-label="Not succeeded" />
        <Progress.Section value={share(others)} color={endedColors[state]} aria-label="Ended" />
      </Progress.Root>
      <Text size="sm" c="dimmed" className="numbers">
        {counts.ended} / {counts.total}
      </Text>
    </Group>
  );
}
