/**
 * Through which of the two ports did a request come in? Told by the server object that accepted it, never by
 * anything that the request says of itself (docs/architecture.md, Two listeners).
 */
import type { IncomingMessage } from 'node:http';

export type Listener = 'operators' | 'agents';

const accepted = new WeakMap<IncomingMessage, Listener>();

export const markListener = (request: IncomingMessage, listener: Listener): void =>
  void accepted.set(request, listener);

/** Null for a request that no port accepted: it matches no route. */
export const listenerOf = (request: IncomingMessage): Listener | null => accepted.get(request) ?? null;
