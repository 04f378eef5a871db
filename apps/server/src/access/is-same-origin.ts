/**
 * Did a page of this very server send the request? Asked of everything unsafe that a browser's cookie proves
 * (docs/security.md, Sign-in). `Sec-Fetch-Site` cannot be set by a page; a browser without it still sends `Origin`.
 * A request with neither comes from no browser that has our cookie, so it is refused as well.
 */
import type { IncomingHttpHeaders } from 'node:http';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

export const isSafeMethod = (method: string): boolean => safeMethods.has(method);

export function isSameOrigin(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  if (headers.origin === undefined) return site === 'same-origin';
  return headers.host !== undefined && headers.origin === `https://${headers.host}`;
}
