/**
 * Where do log bytes go? A port: the agent puts them over HTTPS by offset (docs/protocol.md, Web wire), tests keep
 * them in memory. The server's length is the truth; a piece that does not begin there is refused with that length.
 */
import { LongshoreError, type AttemptId, type LogStream } from '@longshore/protocol';

export interface LogPiece {
  readonly attemptId: AttemptId;
  readonly stream: LogStream;
  /** Counted in masked bytes, as is everything that leaves the host. */
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** The last piece of this stream; it may be empty. */
  readonly final: boolean;
}

export abstract class LogSink {
  /** Resolves when the server has committed the piece; `length` is what it then has. */
  abstract put(piece: LogPiece, signal: AbortSignal): Promise<{ readonly length: number }>;
}

/** The server has another length than the piece's offset: normal after a restart of either side. */
export class LogOffsetConflict extends LongshoreError {
  constructor(readonly length: number) {
    super('LOG_OFFSET_CONFLICT', 'retry', `the server has ${length} bytes of this log`);
  }
}

/** The server holds more than the step wrote: one of the two went back in time, or the step cut its own output. */
export class LogLengthContradictionError extends LongshoreError {
  constructor(stream: LogStream, ours: number, theirs: number) {
    super('LOG_LENGTH_CONTRADICTION', 'give-up', `${stream}: the server has ${theirs} bytes, the step wrote ${ours}`);
  }
}
