/**
 * Which attempts wait for the word to start, and which may go now? The worker asks once and is answered when the
 * session allows it and the start is on disk, or when the attempt is none of ours any more (docs/protocol.md,
 * Starting work). Looked at whenever the session or the orders change.
 */
import type { AttemptId } from '@longshore/protocol';
import type { StartVerdict } from '@longshore/delivery';
import type { Journal, OpenOrder } from '../journal/journal';

export interface StartGate {
  readonly journal: Journal;
  readonly decideStart: (order: OpenOrder['order']) => StartVerdict;
  /** A start was recorded, which is also an event to be sent. */
  readonly started: () => void;
  readonly answer: (to: number, problem: string | null) => void;
}

export class WaitingStarts {
  private readonly questions = new Map<AttemptId, number>();
  private looking = false;

  constructor(private readonly gate: StartGate) {}

  get size(): number {
    return this.questions.size;
  }

  add(attemptId: AttemptId, question: number): void {
    this.questions.set(attemptId, question);
    void this.look();
  }

  /** The worker that asked is gone. */
  clear(): void {
    this.questions.clear();
  }

  async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      await Promise.all([...this.questions].map(([attemptId, question]) => this.lookAt(attemptId, question)));
    } finally {
      this.looking = false;
    }
  }

  private async lookAt(attemptId: AttemptId, question: number): Promise<void> {
    const { journal, decideStart } = this.gate;
    const open = journal.openOrder(attemptId);
    if (open === null) return this.settle(attemptId, question, 'the server gave this attempt up');
    // What is to be cancelled is let through: the worker knows, and ends it before anything is spawned.
    const mayGo = open.cancelReason !== null || decideStart(open.order).verdict === 'start';
    if (!mayGo || journal.refusesWork !== null) return;
    try {
      const isOurs = await journal.recordStart(attemptId);
      if (isOurs) this.gate.started();
      this.settle(attemptId, question, isOurs ? null : 'the server gave this attempt up');
    } catch {
      // The journal refuses new work; it says so in the status, and the next look tries again.
    }
  }

  private settle(attemptId: AttemptId, question: number, problem: string | null): void {
    if (this.questions.get(attemptId) !== question) return;
    this.questions.delete(attemptId);
    this.gate.answer(question, problem);
  }
}
