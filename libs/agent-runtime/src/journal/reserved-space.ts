/**
 * How can a result be saved on a full disk? By a file whose only purpose is to be given back then, piece by piece: as
 * long as others take what becomes free, each result still finds a piece of its own. It is filled up again when there
 * is room, which is also the sign that new work may be accepted (docs/protocol.md, Monitor, worker, step host).
 */
import { closeSync, fsyncSync, ftruncateSync, openSync, rmSync, statSync, writeSync } from 'node:fs';

const reservedBytes = 8 * 1024 * 1024;
/** More than a result and the files that SQLite opens anew take. */
const pieceBytes = 512 * 1024;
// Written, not truncated to size: a hole reserves nothing. Not zeros, which some file systems do not store.
const piece = Buffer.alloc(pieceBytes, 0xa5);

export class ReservedSpace {
  constructor(private readonly path: string) {}

  get heldBytes(): number {
    return statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** False: there is no room for all of it now. What there was before is kept. */
  hold(): boolean {
    const held = this.heldBytes;
    if (held === reservedBytes) return true;
    try {
      this.onFile((file) => {
        try {
          for (let at = held; at < reservedBytes; at += pieceBytes)
            fill(file, at, Math.min(at + pieceBytes, reservedBytes));
          fsyncSync(file);
        } catch (cause) {
          ftruncateSync(file, held);
          throw cause;
        }
      });
      return true;
    } catch {
      return false;
    }
  }

  /** Gives back one piece; nothing is left to give after the last. On a disk that takes nothing at all it changes nothing. */
  releasePiece(): void {
    const left = this.heldBytes - pieceBytes;
    try {
      if (left > 0) this.onFile((file) => ftruncateSync(file, left));
      else rmSync(this.path, { force: true });
    } catch {
      // What the disk refuses is told by the journal itself.
    }
  }

  private onFile(act: (file: number) => void): void {
    const file = openSync(this.path, 'a', 0o600);
    try {
      act(file);
    } finally {
      closeSync(file);
    }
  }
}

/** A write near the end of the disk may take only a part. */
function fill(file: number, from: number, to: number): void {
  for (let at = from; at < to;) at += writeSync(file, piece, 0, to - at);
}
