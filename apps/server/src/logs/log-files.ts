/**
 * Where do the bytes of a log lie? In `<dataFolder>/logs/<aa>/<attemptId>/<stream>`, raw and 0600. A file may be longer
 * than the committed length: what lies beyond was written and never committed, and the next piece overwrites it.
 */
import { constants, createReadStream, type ReadStream } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { AttemptId, LogStream } from '@longshore/protocol';
import { systemCodeOf } from '../config/system-code';
import { LogDamagedError, LogPieceShortError, LogSpaceExhaustedError } from './log-errors';

export interface LogName {
  readonly attemptId: AttemptId;
  readonly stream: LogStream;
}

export interface LogPiece {
  readonly from: number;
  readonly length: number;
  readonly octets: Readable;
}

/** Other pieces of the stream wait in line behind this one. */
const silenceMs = 10_000;
const outOfSpace = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

export class LogFiles {
  readonly #folder: string;

  constructor(dataFolder: string) {
    this.#folder = join(dataFolder, 'logs');
  }

  pathOf({ attemptId, stream }: LogName): string {
    return join(this.#folder, attemptId.slice(0, 2), attemptId, stream);
  }

  /** Resolves when all of the piece is on the disk. Never more than one chunk of it is in memory. */
  async write(name: LogName, piece: LogPiece): Promise<void> {
    try {
      const file = await this.#openForWriting(this.pathOf(name));
      try {
        if ((await file.stat()).size < piece.from) throw new LogDamagedError(this.pathOf(name));
        await writeAt(file, piece);
        await file.datasync();
      } finally {
        await file.close();
      }
    } catch (error) {
      throw outOfSpace.has(systemCodeOf(error) ?? '') ? new LogSpaceExhaustedError({ cause: error }) : error;
    }
  }

  /** `length` bytes that are committed; at least one. */
  read(name: LogName, from: number, length: number): ReadStream {
    return createReadStream(this.pathOf(name), { start: from, end: from + length - 1, highWaterMark: 256 * 1024 });
  }

  async #openForWriting(path: string): Promise<FileHandle> {
    const flags = constants.O_WRONLY | constants.O_CREAT;
    try {
      return await open(path, flags, 0o600);
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT') throw error;
    }
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return open(path, flags, 0o600);
  }
}

/** A request whose sender went away, or is silent for too long, ends too early, and nothing of it is committed. */
async function writeAt(file: FileHandle, { from, length, octets }: LogPiece): Promise<void> {
  let written = 0;
  const silence = setTimeout(() => octets.destroy(new LogPieceShortError(length, written)), silenceMs);
  try {
    for await (const chunk of octets as AsyncIterable<Buffer>) {
      silence.refresh();
      if (written + chunk.length > length) throw new LogPieceShortError(length, written + chunk.length);
      await writeAll(file, chunk, from + written);
      written += chunk.length;
    }
  } finally {
    clearTimeout(silence);
  }
  if (written !== length) throw new LogPieceShortError(length, written);
}

async function writeAll(file: FileHandle, chunk: Buffer, position: number): Promise<void> {
  for (let offset = 0; offset < chunk.length;) {
    const { bytesWritten } = await file.write(chunk, offset, chunk.length - offset, position + offset);
    offset += bytesWritten;
  }
}
