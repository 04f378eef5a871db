/** Shows an answer once it is there; until then that it is coming, or why it is not. */
import { Skeleton, Stack } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiRefusedError } from '@longshore/rest-client';
import { FailureNotice } from './failure-notice';
import { NotFoundPage } from './not-found-page';

export interface LoadedProps<T> {
  readonly query: UseQueryResult<T>;
  /** With an article: `an agent`. */
  readonly what: string;
  readonly children: (data: T, asOf: number) => ReactNode;
}

export function Loaded<T>({ query, what, children }: LoadedProps<T>) {
  if (query.data !== undefined) return <>{children(query.data, query.dataUpdatedAt)}</>;
  if (query.error === null) return <Waiting />;
  if (query.error instanceof ApiRefusedError && query.error.status === 404) return <NotFoundPage what={what} />;
  const doing = `This page could not load ${what}`;
  return <FailureNotice error={query.error} doing={doing} onRetry={() => void query.refetch()} />;
}

export function Waiting() {
  return (
    <Stack aria-busy="true" aria-label="Loading">
      <Skeleton height={28} width={220} />
      <Skeleton height={120} />
      <Skeleton height={120} />
    </Stack>
  );
}
