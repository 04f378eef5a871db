/**
 * How is a fingerprint written so that a person can recognise it, and where do two of them differ? Groups of four
 * are what an eye can hold; keys that differ at all differ nearly everywhere, so groups are marked, not characters.
 */

const prefix = 'sha256/';
const groupLength = 4;

export interface FingerprintGroup {
  readonly text: string;
  readonly differs: boolean;
}

/** Beginning and end: for lists, beside the whole one. */
export function shortFingerprint(fingerprint: string): string {
  const digest = digestOf(fingerprint);
  return digest.length <= 16 ? digest : `${digest.slice(0, 8)}…${digest.slice(-5)}`;
}

export function fingerprintGroups(fingerprint: string): string[] {
  return digestOf(fingerprint).match(new RegExp(`.{1,${groupLength}}`, 'g')) ?? [];
}

/** The groups of one, each marked where the other has something else there. */
export function compareFingerprint(fingerprint: string, other: string): FingerprintGroup[] {
  const others = fingerprintGroups(other);
  return fingerprintGroups(fingerprint).map((text, index) => ({ text, differs: text !== others[index] }));
}

function digestOf(fingerprint: string): string {
  return fingerprint.startsWith(prefix) ? fingerprint.slice(prefix.length) : fingerprint;
}
