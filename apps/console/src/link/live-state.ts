/** Are we being told what changes? While not, everything on the screen is as old as `since`, and the page says so. */
import { useSyncExternalStore } from 'react';

export type LiveState =
  | { readonly state: 'connecting' }
  | { readonly state: 'connected' }
  | { readonly state: 'lost'; readonly since: number };

let current: LiveState = { state: 'connecting' };
const listeners = new Set<() => void>();

export function setLiveState(next: LiveState): void {
  current = next;
  for (const listener of listeners) listener();
}

export function liveState(): LiveState {
  return current;
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(subscribe, liveState);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
