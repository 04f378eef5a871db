/**
 * How can a result be saved on a full disk? By a file whose only purpose is to be removed then. It is made again when
 * there is room, which is also the sign that new work may be accepted (docs/protocol.md, Monitor, worker, step host).
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

const reservedBytes = 8 * 1024 * 1024;
const pieceBytes = 256 * 1024;

export class ReservedSpace {
  constructor(private readonly path: string) {}

  get isHeld(): boolean {
    return existsSync(this.path);
  }

  /** False: there is no room for it now. */
  hold(): boolean {
    if (this.isHeld) return true;
    const draft = `${this.path}.draft`;
    try {
      const file = openSync(draft, 'w', 0o600);
      try {
        // Written, not truncated to size: a hole reserves nothing. Not zeros, which some file systems do not store.
        const piece = Buffer.alloc(pieceBytes, 0xa5);
        for (let written = 0; written < reservedBytes; written += pieceBytes) writeSync(file, piece);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(draft, this.path);
      return true;
    } catch {
      rmSync(draft, { force: true });
      return false;
    }
  }

  release(): void {
    rmSync(this.path, { force: true });
  }
}
