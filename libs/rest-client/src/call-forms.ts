/** How is a call of each method written down? */
import type { ApiCall } from './api-link';

export type Signal = AbortSignal | undefined;

export function get(path: string, signal: Signal): ApiCall {
  return { method: 'GET', path, signal };
}

/** A call without a body sends an empty object: some proxies refuse a POST of nothing. */
export function post(path: string, body: unknown = {}): ApiCall {
  return { method: 'POST', path, body };
}

export function patch(path: string, body: unknown): ApiCall {
  return { method: 'PATCH', path, body };
}

export function remove(path: string): ApiCall {
  return { method: 'DELETE', path };
}
