/**
 * Where does the agent say what it does? One JSON line each in `<home>/log/agent.log`, which is rotated by size so
 * that it never fills a disk; in the foreground a short line for people as well. Never a secret: what is written here
 * are ids, states and reasons (docs/security.md).
 */
import { appendFileSync, renameSync, statSync } from 'node:fs';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogDetails = Readonly<Record<string, unknown>>;

export interface AgentLogOptions {
  readonly path: string;
  readonly maxBytes?: number;
  /** Rotated files that are kept beside the current one. */
  readonly keep?: number;
  /** Gets a short line for people. */
  readonly foreground?: (line: string) => void;
}

export class AgentLog {
  private bytes: number;
  private readonly maxBytes: number;
  private readonly keep: number;

  constructor(private readonly options: AgentLogOptions) {
    this.maxBytes = options.maxBytes ?? 5 * 1024 * 1024;
    this.keep = options.keep ?? 3;
    this.bytes = sizeOf(options.path);
  }

  write(level: LogLevel, text: string, details: LogDetails = {}): void {
    const time = new Date().toISOString();
    this.append(`${JSON.stringify({ time, level, from: 'monitor', text, ...details })}\n`);
    if (level !== 'debug') this.options.foreground?.(forPeople(time, level, text, details));
  }

  /** Lines that the worker has formed already, or that a crash left on its error output. */
  append(lines: string): void {
    if (this.bytes > this.maxBytes) this.rotate();
    try {
      appendFileSync(this.options.path, lines, { mode: 0o600 });
      this.bytes += Buffer.byteLength(lines);
    } catch {
      // A full disk must not stop the agent; what matters stands in the journal.
    }
  }

  private rotate(): void {
    const { path } = this.options;
    for (let age = this.keep - 1; age >= 1; age -= 1) move(`${path}.${age}`, `${path}.${age + 1}`);
    move(path, `${path}.1`);
    this.bytes = sizeOf(path);
  }
}

function forPeople(time: string, level: LogLevel, text: string, details: LogDetails): string {
  const extra = Object.entries(details).map(([name, value]) => `${name}=${plain(value)}`);
  return `${time.slice(11, 19)} ${level === 'info' ? '' : `${level} `}${[text, ...extra].join(' ')}`;
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {
    // Not there yet, which is normal.
  }
}
