/**
 * What stands in a step's log, byte for byte, from any offset on and while it still grows?
 *
 * Pieces are asked for by offset with a long poll (docs/protocol.md, Logs). A piece counts only when it was read
 * whole; one that broke off is asked for again from the same offset, so no byte is lost, doubled or out of order.
 * A server that is away for a while is normal: its return is waited for.
 */
import type { AttemptId, LogStream } from '@longshore/protocol';
import { LongshoreError } from '@longshore/protocol';
import { apiPaths, logCompleteHeader, logLengthHeader } from '@longshore/rest-contract';
import { ApiAnswerInvalidError } from './api-errors';
import type { ApiLink } from './api-link';
import { pause } from './pause';

export interface LogReading {
  readonly attemptId: AttemptId;
  readonly stream: LogStream;
  /** First byte wanted; 0 unless given. */
  readonly offset?: number;
  /** Go on until the log is complete; otherwise end at what the server holds now. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** How long an unreachable server is waited for; a minute unless given. */
  readonly patienceMs?: number;
}

export interface LogPiece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

const pieceBytes = 1024 * 1024;
const longPollMs = 25_000;
const defaultPatienceMs = 60_000;
const retryPauseMs = 500;

export async function* readLog(link: ApiLink, reading: LogReading): AsyncGenerator<LogPiece> {
  let offset = reading.offset ?? 0;
  for (;;) {
    const answer = await askPatiently(link, reading, offset);
    if (answer.bytes.length > 0) yield { offset, bytes: answer.bytes };
    offset += answer.bytes.length;
    const caughtUp = offset >= answer.length;
    if (caughtUp && (answer.complete || reading.follow === false)) return;
    if (!caughtUp && answer.bytes.length === 0) {
      throw new ApiAnswerInvalidError('the log', `no bytes at ${offset} although it has ${answer.length}`);
    }
  }
}

interface LogAnswer {
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly complete: boolean;
}

async function askPatiently(link: ApiLink, reading: LogReading, offset: number): Promise<LogAnswer> {
  const givesUpAt = performance.now() + (reading.patienceMs ?? defaultPatienceMs);
  for (;;) {
    try {
      return await ask(link, reading, offset);
    } catch (error) {
      const mayComeBack = error instanceof LongshoreError && error.severity === 'retry';
      if (!mayComeBack || performance.now() > givesUpAt) throw error;
      await pause(retryPauseMs * (0.5 + Math.random()), reading.signal);
    }
  }
}

async function ask(
  link: ApiLink,
  { attemptId, stream, follow, signal }: LogReading,
  offset: number,
): Promise<LogAnswer> {
  const { bytes, header } = await link.bytes({
    method: 'GET',
    path: apiPaths.log(attemptId, stream),
    query: { offset, limit: pieceBytes, waitMs: follow === false ? 0 : longPollMs },
    signal,
  });
  const length = Number(header(logLengthHeader) ?? Number.NaN);
  if (!Number.isSafeInteger(length) || length < 0) {
    throw new ApiAnswerInvalidError('the log', `its ${logLengthHeader} header is missing or wrong`);
  }
  return { bytes, length, complete: header(logCompleteHeader) === 'true' };
}
