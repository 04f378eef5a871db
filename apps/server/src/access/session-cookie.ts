/**
 * The console's session: the token in a cookie that no script can read and no other site can make a browser send
 * (docs/security.md, Sign-in).
 */
import { Injectable } from '@nestjs/common';
import { sessionCookie } from '@longshore/rest-contract';
import { ServerSettings } from '../config/server-settings';

const attributes = 'Path=/; HttpOnly; Secure; SameSite=Strict';

@Injectable()
export class SessionCookie {
  readonly #name: string;

  constructor({ apiPort }: ServerSettings) {
    this.#name = sessionCookie(apiPort);
  }

  set(token: string, forSeconds: number): string {
    return `${this.#name}=${token}; ${attributes}; Max-Age=${forSeconds}`;
  }

  clear(): string {
    return `${this.#name}=; ${attributes}; Max-Age=0`;
  }

  /** Null: no session of ours; other servers on this host may have theirs in the same header. */
  read(header: string | undefined): string | null {
    for (const pair of (header ?? '').split(';')) {
      const [name, value] = pair.trim().split('=', 2);
      if (name === this.#name && value !== undefined && value !== '') return value;
    }
    return null;
  }
}
