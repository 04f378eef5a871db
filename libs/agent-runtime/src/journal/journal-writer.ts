/**
 * When is a fact on disk, and what if the disk refuses? Writes of the same moment share one transaction and one sync;
 * each fact is computed when its turn comes, from the state as all earlier ones left it.
 *
 * When a commit fails, nothing of it counts: the file is opened and verified anew, because after a failed sync only
 * what a fresh look finds is believed. A piece of the reserved space is given back so that results can still be saved;
 * new work is refused until `recover` has found room for all of it again (docs/protocol.md, Monitor, worker, step host).
 */
import { Batcher } from '@longshore/delivery';
import type { AgentHome } from '../home/agent-home';
import { checkpointFacts } from './checkpoint-facts';
import type { JournalFact } from './journal-entry';
import { JournalUnwritableError } from './journal-errors';
import { applyFact, emptyState } from './journal-state';
import type { JournalState } from './journal-view';
import { JournalStore } from './journal-store';
import { ReservedSpace } from './reserved-space';

export type JournalPlace = Pick<AgentHome, 'journal' | 'journalWitness' | 'reservedSpace'>;
export type Draft = (state: JournalState) => readonly JournalFact[];

interface Entry {
  readonly draft: Draft;
  readonly isNewWork: boolean;
}

type Written = readonly JournalFact[];

const largestBatch = 256;

export class JournalWriter {
  state: JournalState = emptyState();
  store: JournalStore;
  private readonly reserve: ReservedSpace;
  private readonly batcher: Batcher<Entry, Written | JournalUnwritableError>;
  private problem: string | null = null;
  private entriesUntilCheckpoint: number;

  constructor(
    private readonly place: JournalPlace,
    private readonly checkpointEvery: number,
  ) {
    this.store = this.openStore();
    this.entriesUntilCheckpoint = Math.max(1, checkpointEvery - this.store.length);
    this.reserve = new ReservedSpace(place.reservedSpace);
    if (!this.reserve.hold()) this.problem = 'the disk is full';
    this.batcher = new Batcher({ maxSize: largestBatch, write: async (entries) => this.write(entries) });
  }

  /** Why no new work may be accepted; null when it may. */
  get refusesWork(): string | null {
    return this.problem;
  }

  /** Resolves when what the draft answers is on disk. New work is refused while there is a problem. */
  async record(draft: Draft, isNewWork = false): Promise<Written> {
    if (isNewWork && this.problem !== null) throw new JournalUnwritableError(this.problem);
    const answer = await this.batcher.add({ draft, isNewWork });
    if (answer instanceof JournalUnwritableError) throw answer;
    return answer;
  }

  /** Tries to end the state in which new work is refused. Cheap when there is nothing to do. */
  recover(): void {
    if (this.problem === null) return;
    this.reopen();
    if (this.problem === null && !this.reserve.hold()) this.problem = 'the disk is full';
  }

  close(): void {
    this.store.close();
  }

  private write(entries: readonly Entry[]): (Written | JournalUnwritableError)[] {
    try {
      return this.commit(entries);
    } catch (cause) {
      return this.writeWhatMustBeSaved(entries, this.fail(cause));
    }
  }

  private writeWhatMustBeSaved(
    entries: readonly Entry[],
    refusal: JournalUnwritableError,
  ): (Written | JournalUnwritableError)[] {
    try {
      const saved = this.commit(entries.filter(({ isNewWork }) => !isNewWork)).values();
      return entries.map(({ isNewWork }) => (isNewWork ? refusal : (saved.next().value ?? refusal)));
    } catch (cause) {
      throw this.fail(cause);
    }
  }

  private fail(cause: unknown): JournalUnwritableError {
    // First of all: SQLite needs room to open its files again.
    this.reserve.releasePiece();
    this.reopen();
    this.problem = messageOf(cause);
    return new JournalUnwritableError(this.problem, { cause });
  }

  private commit(entries: readonly Entry[]): Written[] {
    const written: Written[] = [];
    let seq = this.store.end.seq;
    for (const { draft } of entries) {
      const facts = draft(this.state);
      for (const fact of facts) applyFact(this.state, fact, (seq += 1));
      written.push(facts);
    }
    const facts = written.flat();
    if (facts.length > 0) this.store.append(facts);
    this.checkpointWhenLong(facts.length);
    return written;
  }

  private checkpointWhenLong(added: number): void {
    this.entriesUntilCheckpoint -= added;
    if (this.entriesUntilCheckpoint > 0) return;
    const facts = checkpointFacts(this.state, this.store);
    const first = this.store.append(facts, true);
    facts.forEach((fact, index) => applyFact(this.state, fact, first + index));
    this.entriesUntilCheckpoint = Math.max(this.checkpointEvery, facts.length);
  }

  private reopen(): void {
    try {
      this.store.close();
    } catch {
      // Closed by an earlier attempt that then could not open it.
    }
    try {
      this.store = this.openStore();
      this.problem = null;
    } catch (cause) {
      this.problem = `it cannot be opened again: ${messageOf(cause)}`;
    }
  }

  private openStore(): JournalStore {
    const state = emptyState();
    const store = JournalStore.open(this.place, (fact, seq) => applyFact(state, fact, seq));
    this.state = state;
    return store;
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
