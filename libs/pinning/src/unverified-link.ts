/**
 * What does a link of the rotation chain claim, before any signature is checked? Used only to find the place where a
 * pin stands in a chain and to name a problem; whatever is believed is read again from the verified text.
 */
import { decodeJwt } from 'jose';
import { z } from 'zod';
import { fingerprintSchema, type Fingerprint } from '@longshore/protocol';

export interface UnverifiedLink {
  readonly move: string;
  readonly current: Fingerprint;
}

/** Null when it is not a link at all. */
export function unverifiedLink(link: string): UnverifiedLink | null {
  try {
    const { move } = z.object({ move: z.string() }).parse(decodeJwt(link));
    const { current } = z.object({ current: fingerprintSchema }).parse(decodeJwt(move));
    return { move, current };
  } catch {
    return null;
  }
}
