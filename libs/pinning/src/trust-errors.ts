/**
 * What can be wrong with a key, a certificate, a token or a signed or sealed text.
 *
 * No message here repeats the text it complains about: it may be a secret. Codes are listed in
 * docs/reference/errors.md; the severity tells the caller what to do next.
 */
import { LongshoreError } from '@longshore/protocol';

interface Because {
  readonly cause?: unknown;
}

/** The text is not `sha256/` and the base64 of 32 bytes. */
export class FingerprintInvalidError extends LongshoreError {
  constructor(options: Because = {}) {
    super('FINGERPRINT_INVALID', 'give-up', 'a fingerprint is "sha256/" and the base64 of 32 bytes', options);
  }
}

/** Neither PEM nor DER of an X.509 certificate. */
export class CertificateUnreadableError extends LongshoreError {
  constructor(options: Because = {}) {
    super('CERTIFICATE_UNREADABLE', 'give-up', 'not an X.509 certificate in PEM or DER', options);
  }
}

/** A name or address that cannot stand in a certificate. */
export class CertificateNameInvalidError extends LongshoreError {
  constructor(problem: string) {
    super('CERTIFICATE_NAME_INVALID', 'give-up', problem);
  }
}

/** Not a PEM key, or a key of another kind than P-256. */
export class KeyUnusableError extends LongshoreError {
  constructor(problem: string, options: Because = {}) {
    super('KEY_UNUSABLE', 'stop', problem, options);
  }
}

/** An install token, API key, API token or step's token that is not of its form, cut off or mistyped. */
export class TokenMalformedError extends LongshoreError {
  constructor(what: 'install token' | 'API key' | 'API token' | 'step token', problem: string, options: Because = {}) {
    super('TOKEN_MALFORMED', 'give-up', `not a valid ${what}: ${problem}`, options);
  }
}

/** A stored password record that no version of ours has written. */
export class PasswordRecordInvalidError extends LongshoreError {
  constructor() {
    super('PASSWORD_RECORD_INVALID', 'stop', 'the stored password record is not of a known form');
  }
}

export type SignatureProblem = 'too-large' | 'malformed' | 'wrong-algorithm' | 'wrong-type' | 'foreign-key' | 'broken';

/** A signed text that must not be believed; `problem` says why, and nothing of its content has been used. */
export class SignatureRefusedError extends LongshoreError {
  constructor(
    readonly problem: SignatureProblem,
    message: string,
    options: Because = {},
  ) {
    super('SIGNATURE_REFUSED', 'give-up', message, options);
  }
}

export type SealProblem = 'malformed' | 'unknown-key' | 'other-context' | 'broken';

/** A sealed secret that cannot be opened here; `unknown-key` is normal when a sealing key was thrown away early. */
export class SealRefusedError extends LongshoreError {
  constructor(
    readonly problem: SealProblem,
    message: string,
    options: Because = {},
  ) {
    super('SEAL_REFUSED', 'give-up', message, options);
  }
}

export type SecretBoxProblem = 'malformed' | 'unknown-key' | 'broken';

/** A stored secret that cannot be read; `unknown-key`: the database came without the data keys that belong to it. */
export class SecretBoxRefusedError extends LongshoreError {
  constructor(
    readonly problem: SecretBoxProblem,
    message: string,
    options: Because = {},
  ) {
    super('SECRET_BOX_REFUSED', 'give-up', message, options);
  }
}
