/**
 * How do private keys leave a machine? Only as a text that a passphrase opens: JWE with PBES2-HS512+A256KW and A256GCM
 * (docs/security.md, Keys). The header, which the encryption protects, says what is inside and whose it is, so that
 * one document cannot be passed off as another.
 *
 * Deriving the key is slow on purpose (tenths of a second of one core) and runs beside the event loop.
 */
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';
import { SealRefusedError } from './trust-errors';

const [alg, enc] = ['PBES2-HS512+A256KW', 'A256GCM'];
/** Rounds of PBKDF2 with SHA-512. */
const rounds = 600_000;
/** A document that asks for more only wants to keep this process busy. */
const mostRounds = 4 * rounds;

export interface SecretUnderPassphrase {
  readonly secret: string;
  readonly passphrase: string;
  /** What the text is, readable by everybody and changed by nobody. */
  readonly context: string;
}

export async function sealUnderPassphrase({ secret, passphrase, context }: SecretUnderPassphrase): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(secret))
    .setProtectedHeader({ alg, enc, context })
    .setKeyManagementParameters({ p2c: rounds })
    .encrypt(keyOf(passphrase));
}

export interface PassphraseToTry {
  readonly jwe: string;
  readonly passphrase: string;
  readonly context: string;
}

/** Throws `SealRefusedError`; a wrong passphrase and a changed text cannot be told apart. */
export async function openUnderPassphrase({ jwe, passphrase, context }: PassphraseToTry): Promise<string> {
  if (readContext(jwe) !== context) {
    throw new SealRefusedError('other-context', 'what is sealed is not what the document says that it is');
  }
  try {
    const { plaintext } = await compactDecrypt(jwe, keyOf(passphrase), {
      keyManagementAlgorithms: [alg],
      contentEncryptionAlgorithms: [enc],
      maxPBES2Count: mostRounds,
    });
    return new TextDecoder('utf-8', { fatal: true }).decode(plaintext);
  } catch (cause) {
    throw new SealRefusedError('broken', 'the passphrase is wrong, or the sealed text was changed', { cause });
  }
}

/** The same passphrase however a keyboard composed its letters. */
const keyOf = (passphrase: string): Uint8Array => new TextEncoder().encode(passphrase.normalize('NFKC'));

function readContext(jwe: string): unknown {
  try {
    return decodeProtectedHeader(jwe)['context'];
  } catch (cause) {
    throw new SealRefusedError('malformed', 'not a sealed text, or cut off', { cause });
  }
}
