/** A server's log store in a folder: one file per stream, appended at its length only. */
import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LogStream } from '@longshore/protocol';
import { LogOffsetConflict, LogSink, type LogPiece } from '../log/log-sink';

export class FolderLogSink extends LogSink {
  readonly pieces: LogPiece[] = [];

  constructor(private readonly folder: string) {
    super();
  }

  override async put(piece: LogPiece): Promise<{ length: number }> {
    const path = this.pathOf(piece.attemptId, piece.stream);
    const length = existsSync(path) ? statSync(path).size : 0;
    if (piece.offset !== length) throw new LogOffsetConflict(length);
    appendFileSync(path, piece.bytes);
    this.pieces.push({ ...piece, bytes: new Uint8Array(0) });
    return { length: length + piece.bytes.length };
  }

  received(attemptId: string, stream: LogStream): Buffer {
    const path = this.pathOf(attemptId, stream);
    return existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  }

  private pathOf(attemptId: string, stream: LogStream): string {
    return join(this.folder, `${attemptId}.${stream}`);
  }
}
