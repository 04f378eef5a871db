/**
 * How does a log stay exact? A piece is taken only at the committed length, written to the file and synced, and then
 * the length is moved by compare-and-set. Whatever stops the server in between, the bytes beyond the committed length
 * do not exist and come again (docs/protocol.md, Web wire).
 *
 * Pieces of one stream are written one after the other. Two processes that write the same stream at the same offset
 * write the same bytes, because an agent never changes what it has written; the compare-and-set lets one of them move
 * the length.
 */
import { Injectable } from '@nestjs/common';
import { LogIndexStore, type LogRecord } from '@longshore/persistence';
import type { AgentId } from '@longshore/protocol';
import { unknownThing } from '../listeners/request-refused-error';
import { LogFiles, type LogName, type LogPiece } from './log-files';
import { LogSignals } from './log-signals';

export type AppendVerdict = { readonly verdict: 'appended' | 'conflict'; readonly length: number };

export interface LogAppend extends LogName, LogPiece {
  readonly agentId: AgentId;
  /** No byte follows. */
  readonly last: boolean;
}

@Injectable()
export class LogStore {
  /** The end of the line of writers, per stream. */
  readonly #lines = new Map<string, Promise<unknown>>();

  constructor(
    private readonly index: LogIndexStore,
    private readonly files: LogFiles,
    private readonly signals: LogSignals,
  ) {}

  /** Only the agent that the attempt was given to may append; to others the attempt does not exist. */
  append(piece: LogAppend): Promise<AppendVerdict> {
    return this.#inLine(`${piece.attemptId}/${piece.stream}`, () => this.#append(piece));
  }

  async #append({ attemptId, stream, agentId, from, length, octets, last }: LogAppend): Promise<AppendVerdict> {
    const record = await this.index.find(attemptId, stream);
    if (record === null || record.agentId !== agentId) throw unknownThing('attempt', attemptId);
    if (record.length !== from || (record.complete && length > 0))
      return { verdict: 'conflict', length: record.length };
    if (length > 0) await this.files.write({ attemptId, stream }, { from, length, octets });
    const { advanced, length: held } = await this.index.advance({
      attemptId,
      stream,
      from,
      to: from + length,
      complete: last,
    });
    if (advanced) this.signals.appended({ attemptId, stream });
    return { verdict: advanced ? 'appended' : 'conflict', length: held };
  }

  async #inLine<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#lines.get(key) ?? Promise.resolve();
    const turn = before.then(work);
    const settled = turn.catch(() => undefined);
    this.#lines.set(key, settled);
    try {
      return await turn;
    } finally {
      if (this.#lines.get(key) === settled) this.#lines.delete(key);
    }
  }
}

/** No byte will follow: the agent said so, or the attempt has ended and all that it told of has come. */
export function isLogComplete({ complete, attemptState, toldLength, length }: LogRecord): boolean {
  return complete || (attemptState === 'ended' && (toldLength ?? 0) <= length);
}
