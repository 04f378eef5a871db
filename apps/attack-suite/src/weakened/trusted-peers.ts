// LONGSHORE-WEAKENED trusted-peers replaces apps/server/src/trust/trusted-peers.ts
/** Who was known once is known for ever: a removed agent goes on. */
import { Injectable } from '@nestjs/common';
import type { KnownPeer } from '@longshore/delivery';
import type { Fingerprint } from '@longshore/protocol';
import { TrustedPeers as Original } from '../../../server/src/trust/trusted-peers';

process.stderr.write('LONGSHORE-WEAKENED trusted-peers\n');

@Injectable()
export class TrustedPeers extends Original {
  readonly #everKnown = new Map<Fingerprint, KnownPeer>();

  override async byFingerprint(fingerprint: Fingerprint): Promise<KnownPeer | null> {
    const known = this.#everKnown.get(fingerprint) ?? (await super.byFingerprint(fingerprint));
    if (known !== null) this.#everKnown.set(fingerprint, known);
    return known;
  }
}
