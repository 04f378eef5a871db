/** What can keep a command from being carried out, before or beside the server's own refusals. */
import { LongshoreError } from '@longshore/protocol';

/** A flag, argument, variable or file at fault; named first, so that one line says where to look. */
export class UsageInvalidError extends LongshoreError {
  constructor(
    readonly field: string,
    problem: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super('USAGE_INVALID', 'give-up', `${field}: ${problem}`, options);
  }
}

/** Nobody has logged in, or the session is over. */
export class LoginMissingError extends LongshoreError {
  constructor(problem: string, options: { readonly cause?: unknown } = {}) {
    super('LOGIN_MISSING', 'give-up', `${problem}: use "longshore login --server https://HOST:8443"`, options);
  }
}

/** The server shows another key than the pinned one, and no signed chain proves that its own key has moved to it. */
export class ServerKeyUnprovenError extends LongshoreError {
  constructor(server: string, mismatch: string, { why, cause }: { readonly why: string; readonly cause: unknown }) {
    const remedy = `compare it with the key that the server's machine shows, then "longshore login --server ${server} --fingerprint sha256/…"`;
    super('SERVER_KEY_UNPROVEN', 'stop', `${mismatch}, and ${why}: ${remedy}`, { cause });
  }
}
