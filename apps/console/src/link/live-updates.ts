/**
 * How does the screen follow the server? By live events, each of which makes one kind of answer stale. One loop; it
 * ends with the signal. After every new connection all is asked again, since what changed in between is unknown.
 */
import { useEffect } from 'react';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { assertNever } from '@longshore/protocol';
import { ApiRefusedError, type LiveSign } from '@longshore/rest-client';
import { client } from './client';
import { liveState, setLiveState } from './live-state';
import { noteSignedIn } from './queries';

const firstPauseMs = 500;
const longestPauseMs = 10_000;

export function useLiveUpdates(): void {
  const queries = useQueryClient();
  useEffect(() => {
    const stop = new AbortController();
    void followServer(queries, stop.signal);
    return () => stop.abort();
  }, [queries]);
}

async function followServer(queries: QueryClient, signal: AbortSignal): Promise<void> {
  let pauseMs = firstPauseMs;
  while (!signal.aborted) {
    try {
      for await (const sign of client.liveEvents(signal)) {
        pauseMs = firstPauseMs;
        noteSign(queries, sign);
      }
    } catch (error) {
      if (error instanceof ApiRefusedError && error.status === 401) noteSignedIn(queries, null);
    }
    if (signal.aborted) return;
    if (liveState().state !== 'lost') setLiveState({ state: 'lost', since: Date.now() });
    await new Promise((resolve) => setTimeout(resolve, pauseMs * (0.5 + Math.random() / 2)));
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
}

function noteSign(queries: QueryClient, sign: LiveSign): void {
  switch (sign.topic) {
    case 'connected':
      setLiveState({ state: 'connected' });
      return void queries.invalidateQueries();
    case 'agents':
    case 'runs':
      return void queries.invalidateQueries({ queryKey: [sign.topic] });
    case 'run':
      return void queries.invalidateQueries({ queryKey: ['run', sign.id] });
    default:
      return assertNever(sign);
  }
}
