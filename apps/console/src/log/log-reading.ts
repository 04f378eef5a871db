/**
 * Reads one log into lines for as long as somebody looks at it. A long log is opened near its end. Whoever shows it
 * is told at most once per `tellEveryMs`: a fast step writes more pieces than a screen can draw.
 */
import type { AttemptId, LogStream } from '@longshore/protocol';
import { client } from '../link/client';
import { LogLines } from './log-lines';

export interface LogPicture {
  readonly lines: LogLines;
  /** Grows with every change, since the lines are the same object throughout. */
  readonly version: number;
  readonly state: 'reading' | 'complete' | 'failed';
  readonly error: Error | null;
  /** Bytes before the first that was read. */
  readonly leftOutBytes: number;
}

const shownBytes = 8 * 1024 * 1024;
const tellEveryMs = 100;

export interface LogOfAttempt {
  readonly attemptId: AttemptId;
  readonly stream: LogStream;
  /** What the server held when the page was drawn. */
  readonly length: number;
}

export class LogReading {
  readonly #stop = new AbortController();
  readonly #listeners = new Set<() => void>();
  /** What has been told, and what will be told next. */
  #picture: LogPicture;
  #next: LogPicture;
  #telling: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly log: LogOfAttempt) {
    const leftOutBytes = Math.max(0, log.length - shownBytes);
    const lines = new LogLines({ startsInside: leftOutBytes > 0 });
    this.#picture = { lines, version: 0, state: 'reading', error: null, leftOutBytes };
    this.#next = this.#picture;
  }

  readonly picture = (): LogPicture => this.#picture;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async read(): Promise<void> {
    const { attemptId, stream } = this.log;
    const { lines, leftOutBytes: offset } = this.#picture;
    try {
      for await (const { bytes } of client.followLog({ attemptId, stream, offset, signal: this.#stop.signal })) {
        lines.append(bytes);
        this.#change({});
      }
      this.#change({ state: 'complete' });
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.#change({ state: 'failed', error: error instanceof Error ? error : new Error(String(error)) });
    }
  }

  stop(): void {
    this.#stop.abort();
    if (this.#telling !== null) clearTimeout(this.#telling);
  }

  #change(change: Partial<LogPicture>): void {
    this.#next = { ...this.#next, ...change, version: this.#next.version + 1 };
    this.#telling ??= setTimeout(() => this.#tell(), tellEveryMs);
  }

  #tell(): void {
    this.#telling = null;
    this.#picture = this.#next;
    for (const listener of this.#listeners) listener();
  }
}
