/**
 * How does one stream of one attempt reach the server, exactly? Block after block: read, mask, count, put at its
 * offset, wait for the acknowledgement (docs/protocol.md, Web wire). One put is in flight per stream, so a slow
 * server slows the reading and memory stays flat; the step itself is never slowed, it writes to its file.
 *
 * While the server is away it is asked again for ever: that is normal, and the file keeps everything meanwhile.
 * After a restart of either side the server's length says where to go on. What it has already is read and counted
 * again, not sent again.
 *
 * Ends when the step has exited and the server has acknowledged the full length, or with the server's refusal.
 */
import { LongshoreError, type AttemptId, type LogDigest, type LogStream } from '@longshore/protocol';
import { createHash, type Hash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { LogLengthContradictionError, LogOffsetConflict, type LogSink } from './log-sink';
import { LogTail } from './log-tail';
import type { Masker } from './masker';

const firstRetryMs = 100;
const slowestRetryMs = 10_000;

export interface LogSource {
  readonly attemptId: AttemptId;
  readonly stream: LogStream;
  readonly path: string;
  readonly createMasker: () => Masker;
}

/** One reading of the log from its first byte. */
interface Pass {
  readonly masker: Masker;
  readonly hash: Hash;
  /** Masked bytes that came out so far, sent or not. */
  length: number;
}

export class LogShipper {
  private readonly tail: LogTail;
  /** What the server has, as far as we know; learnt from its answers. */
  private acknowledged = 0;

  constructor(
    private readonly source: LogSource,
    private readonly sink: LogSink,
  ) {
    this.tail = new LogTail(source.path);
  }

  /** The step has exited with this many bytes in its file. */
  end(rawLength: number): void {
    this.tail.end(rawLength);
  }

  async ship(signal: AbortSignal): Promise<LogDigest> {
    try {
      for (;;) {
        const digest = await this.pass(signal);
        if (digest !== undefined) return digest;
        this.tail.rewind();
      }
    } finally {
      await this.tail.close();
    }
  }

  /** Undefined: the server has less than it once acknowledged, and the log is read again. */
  private async pass(signal: AbortSignal): Promise<LogDigest | undefined> {
    const pass = { masker: this.source.createMasker(), hash: createHash('sha256'), length: 0 };
    for (let raw = await this.tail.next(signal); raw !== undefined; raw = await this.tail.next(signal)) {
      if (!(await this.send(pass, { bytes: pass.masker.mask(raw), final: false }, signal))) return undefined;
    }
    if (!(await this.send(pass, { bytes: pass.masker.finish(), final: true }, signal))) return undefined;
    return { length: pass.length, sha256: pass.hash.digest('hex') };
  }

  private async send(pass: Pass, piece: { bytes: Uint8Array; final: boolean }, signal: AbortSignal): Promise<boolean> {
    const begin = pass.length;
    pass.hash.update(piece.bytes);
    pass.length += piece.bytes.length;
    for (let retryMs = firstRetryMs; ;) {
      if (this.acknowledged < begin) return false;
      if (this.acknowledged >= pass.length && !piece.final) return true;
      if (this.acknowledged > pass.length) {
        throw new LogLengthContradictionError(this.source.stream, pass.length, this.acknowledged);
      }
      const bytes = piece.bytes.subarray(this.acknowledged - begin);
      const progress = await this.put(bytes, piece.final, signal);
      if (progress === 'done') return true;
      if (progress === 'moved') continue;
      await pause(Math.random() * retryMs, undefined, { signal });
      retryMs = Math.min(retryMs * 2, slowestRetryMs);
    }
  }

  private async put(bytes: Uint8Array, final: boolean, signal: AbortSignal): Promise<'done' | 'moved' | 'away'> {
    const { attemptId, stream } = this.source;
    const offset = this.acknowledged;
    try {
      const { length } = await this.sink.put({ attemptId, stream, offset, bytes, final }, signal);
      this.acknowledged = length;
      return length === offset + bytes.length ? 'done' : 'moved';
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof LogOffsetConflict) {
        const isNews = error.length !== this.acknowledged;
        this.acknowledged = error.length;
        return isNews ? 'moved' : 'away';
      }
      if (error instanceof LongshoreError && error.severity !== 'retry') throw error;
      return 'away';
    }
  }
}
