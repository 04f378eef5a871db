/** One item closely: its verdict and reason, its attempts, its outputs and its log. */
import { Alert, Card, Group, SegmentedControl, Select, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { logStreams, type LogStream } from '@longshore/protocol';
import type { Attempt, Item } from '@longshore/rest-contract';
import { Ago, Lasting } from '../clock/ticking-age';
import { bytesText } from '../log/bytes-text';
import { LogView } from '../log/log-view';
import { exitOf, lookOf, newestAttempt, wordOf } from './item-progress';
import { OutputList } from './output-list';

export function ItemPanel({ item }: { readonly item: Item }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [stream, setStream] = useState<LogStream>('stdout');
  const attempt = item.attempts.find(({ id }) => id === chosen) ?? newestAttempt(item);
  return (
    <Card component="section" aria-label={`${item.step} on ${item.agentId}`}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Title order={2} size="h5">
            {item.step}{' '}
            <Text span c="dimmed" fw={500}>
              on {item.agentId}
            </Text>
          </Title>
          <Group gap="xs">
            {item.attempts.length > 1 && (
              <Select
                aria-label="Attempt"
                size="xs"
                w={120}
                data={item.attempts.map(({ id, number }) => ({ value: id, label: `Attempt ${number}` }))}
                value={attempt?.id ?? null}
                onChange={setChosen}
                allowDeselect={false}
              />
            )}
            {attempt !== null && <StreamChoice attempt={attempt} stream={stream} onChange={setStream} />}
          </Group>
        </Group>
        <ItemVerdict item={item} attempt={attempt} />
        {attempt !== null && (
          <>
            <OutputList outputs={attempt.outputs} />
            <LogView
              key={`${attempt.id}/${stream}`}
              attempt={attempt}
              stream={stream}
              fileName={fileName(item, attempt, stream)}
            />
          </>
        )}
      </Stack>
    </Card>
  );
}

interface StreamChoiceProps {
  readonly attempt: Attempt;
  readonly stream: LogStream;
  readonly onChange: (stream: LogStream) => void;
}

function StreamChoice({ attempt, stream, onChange }: StreamChoiceProps) {
  const data = logStreams.map((value) => ({ value, label: `${value} · ${bytesText(attempt.logLengths[value] ?? 0)}` }));
  return <SegmentedControl aria-label="Stream" size="xs" data={data} value={stream} onChange={onChange} />;
}

function ItemVerdict({ item, attempt }: { readonly item: Item; readonly attempt: Attempt | null }) {
  if (attempt === null) {
    return (
      <Text size="sm" c="dimmed">
        {item.state === 'skipped'
          ? 'It was skipped: something that it needs did not succeed, or the run was cancelled before it began.'
          : 'It waits for the steps that it needs.'}
      </Text>
    );
  }
  const exit = exitOf(attempt);
  const look = lookOf(item);
  return (
    <>
      <Text size="sm" c="dimmed" component="div">
        {attempt.outcome === null ? wordOf(item) : attempt.outcome.replace('-', ' ')}
        {exit !== '' && ` · ${exit}`}
        {attempt.exitCode === 0 && exit === '' && ' · exit 0'}
        {attempt.startedAt === null ? (
          <>
            {' '}
            · queued <Ago at={attempt.queuedAt} />
          </>
        ) : (
          <>
            {' '}
            · started <Ago at={attempt.startedAt} /> ·{' '}
            <Lasting from={attempt.startedAt} to={attempt.endedAt} measuredMs={attempt.ranMs} />
          </>
        )}
      </Text>
      {attempt.reason !== null && (
        <Alert color={look === 'failed' ? 'red' : look === 'unknown' ? 'orange' : 'gray'} variant="light" py="xs">
          {attempt.reason}
        </Alert>
      )}
    </>
  );
}

/** Also fit for systems that know no colons or spaces in names. */
function fileName(item: Item, attempt: Attempt, stream: LogStream): string {
  return `${item.agentId}-${item.step.replaceAll(/[^A-Za-z0-9._-]+/g, '-')}-${attempt.number}.${stream}.log`;
}
