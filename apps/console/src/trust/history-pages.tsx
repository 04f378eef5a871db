/** Something that goes on forever, newest first: shown page by page, older ones on demand. */
import { Button, Stack } from '@mantine/core';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { FailureNotice } from '../frame/failure-notice';
import { Waiting } from '../frame/loaded';

export interface HistoryPagesProps<Page> {
  readonly query: UseInfiniteQueryResult<InfiniteData<Page>>;
  readonly what: string;
  readonly children: (pages: readonly Page[]) => ReactNode;
}

export function HistoryPages<Page>({ query, what, children }: HistoryPagesProps<Page>) {
  if (query.data === undefined) {
    if (query.error === null) return <Waiting />;
    return (
      <FailureNotice
        error={query.error}
        doing={`This page could not load ${what}`}
        onRetry={() => void query.refetch()}
      />
    );
  }
  return (
    <Stack gap="sm" align="stretch">
      {children(query.data.pages)}
      {query.hasNextPage && (
        <Button
          variant="subtle"
          style={{ alignSelf: 'flex-start' }}
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          Show older ones
        </Button>
      )}
    </Stack>
  );
}
