/** Which of the keys that are good now signed this text? During an announced rotation there are two. */
import type { Fingerprint } from '@longshore/protocol';
import { parseFingerprint, SignatureRefusedError, verifyMessage, type Verifier } from '@longshore/pinning';

/** Answers the signed text; throws `SignatureRefusedError` when none of the keys fits. */
export async function verifyAny(jws: string, senders: readonly Verifier[]): Promise<string> {
  let problem = new SignatureRefusedError('foreign-key', 'no key of the sender is pinned');
  for (const sender of senders) {
    try {
      return await verifyMessage({ jws, sender });
    } catch (cause) {
      if (!(cause instanceof SignatureRefusedError)) throw cause;
      problem = cause;
      // The header names its signer: only that it names another key is worth a second look.
      if (cause.problem !== 'foreign-key') break;
    }
  }
  throw problem;
}

/** Whose key does the header name? Not to be believed, only to be shown; null where it names none. */
export function claimedSigner(jws: string): Fingerprint | null {
  try {
    const header: unknown = JSON.parse(Buffer.from(jws.slice(0, jws.indexOf('.')), 'base64url').toString());
    return parseFingerprint((header as { kid: string }).kid);
  } catch {
    return null;
  }
}
