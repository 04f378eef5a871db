/**
 * What has the step written since we last looked? Reads one file by offset, in blocks. File watching is not reliable
 * on every system and file system, so it looks again and again: soon after growth, less often when nothing comes.
 * The end is known from outside: when the step has exited, the length at that moment is where the log ends.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LongshoreError } from '@longshore/protocol';
import { isErrno } from '../attempt-folder/durable-file';

const blockBytes = 512 * 1024;
const soonestLookMs = 20;
const latestLookMs = 250;

/**
 * The step made its own output shorter. A script that writes `> /dev/stderr` instead of `>&2` does that without
 * meaning to: the name opens our file anew and empties it.
 */
export class LogCutError extends LongshoreError {
  constructor(path: string, seen: number, there: number) {
    const cut = `the step cut its own output: ${seen} bytes were there, now ${there}`;
    super('LOG_CUT', 'give-up', `${cut} (${basename(path)}; write to it by >&1 or >&2, not by name)`);
  }
}

export class LogTail {
  private file: FileHandle | undefined;
  private readonly block = Buffer.allocUnsafe(blockBytes);
  private offset = 0;
  private lookMs = soonestLookMs;
  private endsAt: number | undefined;
  private wake = new AbortController();

  constructor(private readonly path: string) {}

  /** The step has exited: read up to here, and then no more. */
  end(length: number): void {
    this.endsAt = length;
    this.wake.abort();
  }

  /** The next block, valid until the next call; undefined at the end. */
  async next(signal: AbortSignal): Promise<Uint8Array | undefined> {
    for (;;) {
      signal.throwIfAborted();
      const bytes = await this.read();
      if (bytes.length > 0) {
        this.lookMs = soonestLookMs;
        return bytes;
      }
      await this.refuseCut();
      if (this.endsAt !== undefined) return undefined;
      await pause(this.lookMs, undefined, { signal: AbortSignal.any([signal, this.wake.signal]) }).catch(
        () => undefined,
      );
      this.lookMs = Math.min(this.lookMs * 2, latestLookMs);
    }
  }

  /** Back to the first byte, to mask and count the log anew. */
  rewind(): void {
    this.offset = 0;
  }

  async close(): Promise<void> {
    await this.file?.close();
    this.file = undefined;
  }

  private async read(): Promise<Uint8Array> {
    const wanted = Math.min(blockBytes, (this.endsAt ?? Infinity) - this.offset);
    const file = wanted > 0 ? await this.opened() : undefined;
    if (file === undefined) return new Uint8Array(0);
    const { bytesRead } = await file.read(this.block, 0, wanted, this.offset);
    this.offset += bytesRead;
    return this.block.subarray(0, bytesRead);
  }

  private async refuseCut(): Promise<void> {
    const there = this.endsAt ?? (await this.file?.stat())?.size ?? 0;
    if (there < this.offset) throw new LogCutError(this.path, this.offset, there);
  }

  /** The file is there from the spawn on; before it, and for an attempt that never started, there is none. */
  private async opened(): Promise<FileHandle | undefined> {
    try {
      this.file ??= await open(this.path, 'r');
      return this.file;
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return undefined;
      throw error;
    }
  }
}
