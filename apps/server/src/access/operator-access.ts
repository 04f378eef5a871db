/**
 * Who is this operator? Password to session, token to name. All failures look and last alike, so that user names
 * cannot be probed (docs/security.md, Sign-in).
 */
import { Injectable } from '@nestjs/common';
import { AccessStore, type AccessTokenKind, type AccessTokenRecord } from '@longshore/persistence';
import {
  createApiToken,
  createSecret,
  hashPassword,
  isSecretOf,
  parseApiToken,
  TokenMalformedError,
  verifyPassword,
} from '@longshore/pinning';
import { RequestRefusedError } from '../listeners/request-refused-error';
import type { Operator } from './principal';
import { SignInLimit } from './sign-in-limit';

export const sessionSeconds = 12 * 60 * 60;
/** Each check takes 32 MiB for a tenth of a second: what comes while these run is told to try again. */
const passwordChecksAtOnce = 4;

export interface NewToken {
  readonly text: string;
  readonly record: AccessTokenRecord;
}

@Injectable()
export class OperatorAccess {
  readonly #nobody = hashPassword(createSecret());
  #running = 0;

  constructor(
    private readonly store: AccessStore,
    private readonly limit: SignInLimit,
  ) {}

  async signIn(user: string, password: string, address: string): Promise<NewToken> {
    const retryAfterMs = this.limit.waitMs(user, address);
    if (retryAfterMs > 0) {
      throw new RequestRefusedError(429, 'SIGN_IN_TOO_OFTEN', 'too many failed sign-ins; wait and try again', {
        retryAfterMs,
      });
    }
    if (!(await this.#isPasswordOf(user, password))) {
      this.limit.failed(user, address);
      throw new RequestRefusedError(401, 'SIGN_IN_REFUSED', 'user or password is wrong');
    }
    this.limit.succeeded(user, address);
    return this.issue({ kind: 'session', userName: user, name: 'session', expiresInSeconds: sessionSeconds });
  }

  async issue(wish: {
    readonly kind: AccessTokenKind;
    readonly userName: string;
    readonly name: string;
    readonly expiresInSeconds: number | null;
  }): Promise<NewToken> {
    const { text, id, secretHash } = createApiToken();
    return { text, record: await this.store.addToken({ ...wish, id, secretHash }) };
  }

  /** Null: not a token of ours, or no longer. */
  async prove(text: string): Promise<Operator | null> {
    const token = parseOrNull(text);
    if (token === null) return null;
    const proof = await this.store.findToken(token.id);
    if (proof === null || !isSecretOf(token.secret, proof.secretHash)) return null;
    return { kind: 'operator', user: proof.userName, tokenId: token.id };
  }

  async #isPasswordOf(user: string, password: string): Promise<boolean> {
    if (this.#running >= passwordChecksAtOnce) {
      throw new RequestRefusedError(503, 'SIGN_IN_BUSY', 'too many sign-ins at once; try again', {
        retryAfterMs: 1000,
      });
    }
    this.#running += 1;
    try {
      const known = await this.store.readPasswordHash(user);
      const matches = await verifyPassword(password, known ?? (await this.#nobody));
      return known !== null && matches;
    } finally {
      this.#running -= 1;
    }
  }
}

function parseOrNull(text: string): ReturnType<typeof parseApiToken> | null {
  try {
    return parseApiToken(text);
  } catch (error) {
    if (error instanceof TokenMalformedError) return null;
    throw error;
  }
}
