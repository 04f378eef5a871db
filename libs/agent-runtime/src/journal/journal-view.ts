/** The shape of what a journal amounts to: in memory, and as the JSON of a checkpoint. `journal-state.ts` derives it. */
import type { AgentStream, AttemptId, AttemptPhase, Grant, Incarnation, MessageId } from '@longshore/protocol';

export interface StreamCursors {
  lastSeq: number;
  lastId: MessageId | null;
  ackedSeq: number;
}

export interface OpenAttemptRecord {
  readonly attemptId: AttemptId;
  phase: AttemptPhase;
  /** The entry that holds the newest `step.run` about it, and the epoch which that names. */
  orderEntry: number;
  startEpoch: number;
  /** Number of its `step.ended`; the attempt is closed when that is acknowledged. */
  endedSeq: number | null;
  /** Why it shall be cancelled; kept here so that a restart does not forget it. */
  cancelReason: string | null;
}

export interface JournalState {
  incarnation: Incarnation | null;
  serverIncarnation: Incarnation | null;
  lastGrant: Grant | null;
  /** Sent, and not answered by a welcome. */
  unansweredHello: MessageId | null;
  /** Everything up to here is recorded without a gap. */
  commands: { highest: number; highestId: MessageId | null };
  /** Recorded ahead of a gap. */
  heldCommands: Map<number, MessageId>;
  /** Commands of an earlier server incarnation stand before this entry; their numbers mean nothing now. */
  commandsSince: number;
  streams: Record<AgentStream, StreamCursors>;
  attempts: Map<AttemptId, OpenAttemptRecord>;
}

/** The state as JSON. */
export type JournalSnapshot = Omit<JournalState, 'heldCommands' | 'attempts'> & {
  readonly heldCommands: readonly [number, MessageId][];
  readonly attempts: readonly OpenAttemptRecord[];
};
