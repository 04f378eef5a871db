/**
 * The console's session: the token in a cookie that no script can read and no other site can make a browser send
 * (docs/security.md, Sign-in).
 */
import { sessionCookie } from '@longshore/rest-contract';

const attributes = 'Path=/; HttpOnly; Secure; SameSite=Strict';

export const setSessionCookie = (token: string, forSeconds: number): string =>
  `${sessionCookie}=${token}; ${attributes}; Max-Age=${forSeconds}`;

export const clearSessionCookie = (): string => `${sessionCookie}=; ${attributes}; Max-Age=0`;

export function readSessionCookie(header: string | undefined): string | null {
  for (const pair of (header ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === sessionCookie && value !== undefined && value !== '') return value;
  }
  return null;
}
