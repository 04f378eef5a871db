/**
 * Which lines does a log have, as its bytes come in? Bytes are decoded as UTF-8 across piece borders; a line without
 * an end is shown as it stands; a very long one is folded, so that it costs no more than others to show. Only the
 * newest part is kept: a browser is for looking, and the download has every byte.
 */
import { parseAnsi } from './parse-ansi';
import { plainStyle, type TextStyle } from './text-style';

export interface LogLine {
  readonly text: string;
  /** The style that the line before it left behind. */
  readonly style: TextStyle;
}

export interface LogLinesLimits {
  readonly foldAt: number;
  readonly keptCharacters: number;
}

const defaultLimits: LogLinesLimits = { foldAt: 4000, keptCharacters: 16 * 1024 * 1024 };
/** Dropped at once, so that dropping is rare. */
const droppedShare = 0.25;

export class LogLines {
  readonly #decoder = new TextDecoder();
  readonly #limits: LogLinesLimits;
  #lines: LogLine[] = [];
  #open = '';
  #style = plainStyle;
  #kept = 0;
  #dropped = 0;
  #skipsFirst: boolean;

  /** `startsInside`: the first bytes belong to a line whose beginning is not here; it is left out. */
  constructor({
    startsInside = false,
    limits = defaultLimits,
  }: { startsInside?: boolean; limits?: LogLinesLimits } = {}) {
    this.#skipsFirst = startsInside;
    this.#limits = limits;
  }

  get count(): number {
    return this.#lines.length + (this.#open === '' ? 0 : 1);
  }

  /** Lines that came and were dropped again. */
  get dropped(): number {
    return this.#dropped;
  }

  at(index: number): LogLine | null {
    if (index < this.#lines.length) return this.#lines[index] ?? null;
    return index === this.#lines.length && this.#open !== '' ? { text: this.#open, style: this.#style } : null;
  }

  append(bytes: Uint8Array): void {
    const parts = (this.#open + this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#open = parts.pop() ?? '';
    if (this.#skipsFirst && parts.length > 0) {
      this.#skipsFirst = false;
      parts.shift();
    }
    for (const part of parts) this.#add(part);
    while (this.#open.length > this.#limits.foldAt) {
      this.#add(this.#open.slice(0, this.#limits.foldAt));
      this.#open = this.#open.slice(this.#limits.foldAt);
    }
    if (this.#kept > this.#limits.keptCharacters) this.#dropOldest();
  }

  #add(text: string): void {
    let rest = text;
    do {
      const line = { text: rest.slice(0, this.#limits.foldAt), style: this.#style };
      this.#lines.push(line);
      this.#kept += line.text.length;
      this.#style = parseAnsi(line.text, line.style).end;
      rest = rest.slice(this.#limits.foldAt);
    } while (rest !== '');
  }

  #dropOldest(): void {
    const goal = this.#limits.keptCharacters * (1 - droppedShare);
    let count = 0;
    while (count < this.#lines.length && this.#kept > goal) {
      this.#kept -= this.#lines[count]?.text.length ?? 0;
      count += 1;
    }
    this.#lines = this.#lines.slice(count);
    this.#dropped += count;
  }
}
