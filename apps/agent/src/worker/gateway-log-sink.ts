/** Puts pieces of log to the gateway. What only time can mend is tried again by the shipper, for as long as it takes. */
import { type LogPiece, LogOffsetConflict, LogSink } from '@longshore/steps';
import {
  type GatewayClient,
  GatewayRefusedError,
  GatewayUnreachableError,
  LogOffsetConflictError,
} from '@longshore/web-wire';

/** This piece will never be taken: unknown attempt, malformed, too large. */
const finalStatuses: ReadonlySet<number> = new Set([400, 404, 410, 413]);

export class GatewayLogSink extends LogSink {
  constructor(private readonly client: GatewayClient) {
    super();
  }

  override async put({ attemptId, stream, offset, bytes }: LogPiece, signal: AbortSignal) {
    // The end of a log needs no request: its length and digest travel in `step.ended`.
    if (bytes.length === 0) return { length: offset };
    try {
      return await this.client.putLog({ attemptId, stream, offset, bytes }, signal);
    } catch (cause) {
      if (cause instanceof LogOffsetConflictError) throw new LogOffsetConflict(cause.length);
      if (cause instanceof GatewayRefusedError && finalStatuses.has(cause.status)) throw cause;
      // A pin mismatch or an agent that awaits approval again: an operator mends it, the log waits on disk.
      throw new GatewayUnreachableError(cause instanceof Error ? cause.message : String(cause), { cause });
    }
  }
}
