/**
 * May this peer be spoken to? The one place where that is decided, for every wire and both directions.
 *
 * The rule (docs/protocol.md, Identity and pins): a presented key that is pinned matches; with no pin at all a key
 * may be pinned once if the caller is in first contact; everything else is a mismatch, which never alters a pin.
 * A peer without a key is none: that is normal on the agent port, where certificates are asked for but not forced.
 */
import type { Fingerprint } from '@longshore/protocol';
import { isSameFingerprint } from './fingerprint';

export interface PinQuestion {
  /** Every fingerprint that is good now: the current one and, during an announced rotation, the next. */
  readonly pins: readonly Fingerprint[];
  /** What the peer proved to hold; null when it showed no certificate. */
  readonly presented: Fingerprint | null;
  /** Whether a first key may be pinned here: enrolment, or a pin that an operator had forgotten. */
  readonly firstContact: boolean;
}

export type PinVerdict =
  | { readonly verdict: 'match'; readonly fingerprint: Fingerprint }
  | { readonly verdict: 'first-contact'; readonly fingerprint: Fingerprint }
  | { readonly verdict: 'mismatch'; readonly expected: readonly Fingerprint[]; readonly presented: Fingerprint }
  | { readonly verdict: 'no-key'; readonly expected: readonly Fingerprint[] };

export function decidePin({ pins, presented, firstContact }: PinQuestion): PinVerdict {
  if (presented === null) return { verdict: 'no-key', expected: pins };
  if (pins.some((pin) => isSameFingerprint(pin, presented))) return { verdict: 'match', fingerprint: presented };
  if (pins.length === 0 && firstContact) return { verdict: 'first-contact', fingerprint: presented };
  return { verdict: 'mismatch', expected: pins, presented };
}
