/**
 * How many bytes of each log stream the server holds: the committed length. Bytes in a file beyond it do not exist
 * (docs/protocol.md, Web wire: logs).
 */
import type { AgentId, AttemptId, AttemptState, LogStream } from '@longshore/protocol';
import type { Queryable } from '../database/database';

export interface LogRecord {
  readonly length: number;
  readonly complete: boolean;
  /** The only agent that may append. */
  readonly agentId: AgentId;
  readonly attemptState: AttemptState;
  /** What the agent told of this stream with its result; null before that, and where there was no such stream. */
  readonly toldLength: number | null;
}

export interface LogAdvance {
  readonly attemptId: AttemptId;
  readonly stream: LogStream;
  readonly from: number;
  readonly to: number;
  /** No byte will follow `to`. */
  readonly complete: boolean;
}

export class LogIndexStore {
  constructor(private readonly database: Queryable) {}

  /** Null: there is no such attempt. */
  async find(attemptId: AttemptId, stream: LogStream): Promise<LogRecord | null> {
    const [row] = await this.database.query<LogRecord>(
      `SELECT coalesce(l.length, 0) AS length, coalesce(l.complete, false) AS complete, a.agent_id AS "agentId",
         a.state AS "attemptState", (a.logs -> $2::text ->> 'length')::bigint AS "toldLength"
       FROM attempts a LEFT JOIN log_streams l ON l.attempt_id = a.id AND l.stream = $2::text WHERE a.id = $1`,
      [attemptId, stream],
    );
    return row ?? null;
  }

  /** Commits `to` if the length is still `from`. Answers with the length that holds afterwards. */
  async advance({ attemptId, stream, from, to, complete }: LogAdvance): Promise<{ advanced: boolean; length: number }> {
    await this.database.query('INSERT INTO log_streams (attempt_id, stream) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      attemptId,
      stream,
    ]);
    const [advanced] = await this.database.query<{ length: number }>(
      `UPDATE log_streams SET length = $4, complete = complete OR $5
       WHERE attempt_id = $1 AND stream = $2 AND length = $3 RETURNING length`,
      [attemptId, stream, from, to, complete],
    );
    if (advanced !== undefined) return { advanced: true, length: advanced.length };
    const [current] = await this.database.query<{ length: number }>(
      'SELECT length FROM log_streams WHERE attempt_id = $1 AND stream = $2',
      [attemptId, stream],
    );
    return { advanced: false, length: current?.length ?? 0 };
  }
}
