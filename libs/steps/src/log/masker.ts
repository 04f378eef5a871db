/**
 * What of a step's output may leave the host? A masker is a stream from raw to masked bytes. What it gives out must
 * depend only on the bytes before, never on how they were cut into pieces: after a restart the log is masked anew
 * from its start and must come out the same (docs/protocol.md, Delivery; product: masking survives chunk borders and
 * a worker restart).
 */

/** Enough to go on from here without reading the log again. */
export interface MaskerCheckpoint {
  readonly rawOffset: number;
  readonly maskedOffset: number;
  /** The masker's own memory, for instance the beginning of what may become a secret. */
  readonly state: string;
}

export abstract class Masker {
  /** May hold bytes back, and may return the very array it was given. */
  abstract mask(raw: Uint8Array): Uint8Array;
  /** What was held back, once no more will come. */
  abstract finish(): Uint8Array;
  abstract checkpoint(): MaskerCheckpoint;
}

/** Masks nothing. */
export class IdentityMasker extends Masker {
  private offset = 0;

  override mask(raw: Uint8Array): Uint8Array {
    this.offset += raw.length;
    return raw;
  }

  override finish(): Uint8Array {
    return new Uint8Array(0);
  }

  override checkpoint(): MaskerCheckpoint {
    return { rawOffset: this.offset, maskedOffset: this.offset, state: '' };
  }
}
