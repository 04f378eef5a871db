/**
 * How do entries reach the disk, and are they still what was written? One SQLite table in WAL mode with full sync.
 *
 * SQLite does not notice a flipped byte: after one, it opened a file with half of the synced rows gone and called it
 * sound. So the chain is walked whenever the journal is opened, and its end is compared with the witness
 * (docs/protocol.md, Monitor, worker, step host).
 */
import type { MessageId } from '@longshore/protocol';
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { type ChainEnd, type JournalFact, type JournalRow, chainStart, hashOf, rowOf } from './journal-entry';
import { ChainWitness, readWitness } from './chain-witness';
import { JournalDamagedError, JournalRolledBackError } from './journal-errors';
import type { AgentHome } from '../home/agent-home';

/** The form of the table; a later version of the agent refuses or migrates another. */
export const journalVersion = 1;

const schema = `
  CREATE TABLE IF NOT EXISTS entry (
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, stream TEXT, number INTEGER, messageId TEXT,
    fact TEXT NOT NULL, hash TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS entry_by_number ON entry (stream, number) WHERE stream IS NOT NULL;
  PRAGMA user_version = ${journalVersion};
`;

export class JournalStore {
  private constructor(
    private readonly database: DatabaseSync,
    private readonly witness: ChainWitness,
    private readonly insert: StatementSync,
    private chainEnd: ChainEnd,
  ) {}

  /** Verifies the whole chain and hands each fact to `replay`, in order. */
  static open(place: Pick<AgentHome, 'journal' | 'journalWitness'>, replay: Replay): JournalStore {
    const database = openDatabase(place.journal);
    try {
      const end = walkChain(database, readWitness(place.journalWitness), replay);
      const insert = database.prepare('INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)');
      return new JournalStore(database, new ChainWitness(place.journalWitness), insert, end);
    } catch (cause) {
      database.close();
      throw cause;
    }
  }

  get end(): ChainEnd {
    return this.chainEnd;
  }

  /** All of the facts or none of them; when it returns they are on disk. Answers the number of the first. */
  append(facts: readonly JournalFact[], replacesEverythingBefore = false): number {
    const first = this.chainEnd.seq + 1;
    let end = this.chainEnd;
    this.database.exec('BEGIN IMMEDIATE');
    try {
      for (const fact of facts) {
        const row = rowOf(fact, end);
        this.insert.run(row.seq, row.kind, row.stream, row.number, row.messageId, row.fact, row.hash);
        end = row;
      }
      if (replacesEverythingBefore) this.database.prepare('DELETE FROM entry WHERE seq < ?').run(first);
      this.database.exec('COMMIT');
    } catch (cause) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw cause;
    }
    this.chainEnd = { seq: end.seq, hash: end.hash };
    this.witness.write(this.chainEnd);
    return first;
  }

  get length(): number {
    return Number(this.database.prepare('SELECT count(*) AS n FROM entry').get()?.['n'] ?? 0);
  }

  /** The facts that hold a message of this stream, numbered from `after` + 1, in order. */
  messageFacts(question: { stream: string; after: number; limit: number; since?: number }): JournalFact[] {
    const rows = this.database
      .prepare('SELECT fact FROM entry WHERE stream = ? AND number > ? AND seq > ? ORDER BY number LIMIT ?')
      .all(question.stream, question.after, question.since ?? 0, question.limit);
    return rows.map((row) => JSON.parse(String(row['fact'])) as JournalFact);
  }

  lowestNumber(stream: string): number {
    const row = this.database.prepare('SELECT min(number) AS n FROM entry WHERE stream = ?').get(stream);
    return Number(row?.['n'] ?? 0);
  }

  factAt(seq: number): JournalFact | undefined {
    const row = this.database.prepare('SELECT fact FROM entry WHERE seq = ?').get(seq);
    return row === undefined ? undefined : (JSON.parse(String(row['fact'])) as JournalFact);
  }

  messageIdAt(stream: string, number: number, since: number): MessageId | undefined {
    const row = this.database
      .prepare('SELECT messageId FROM entry WHERE stream = ? AND number = ? AND seq > ? LIMIT 1')
      .get(stream, number, since);
    return row === undefined ? undefined : (String(row['messageId']) as MessageId);
  }

  close(): void {
    this.database.close();
    this.witness.close();
  }
}

type Replay = (fact: JournalFact, seq: number) => void;

function openDatabase(path: string): DatabaseSync {
  // SQLite gives its side files the mode of the first.
  closeSync(openSync(path, 'a', 0o600));
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -512;');
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
    if (version > journalVersion) throw new JournalDamagedError(`it is of version ${version}, newer than this agent`);
    database.exec(schema);
    return database;
  } catch (cause) {
    database.close();
    throw cause instanceof JournalDamagedError ? cause : new JournalDamagedError('SQLite cannot open it', { cause });
  }
}

function walkChain(database: DatabaseSync, witnessed: ChainEnd | null, replay: Replay): ChainEnd {
  let end: ChainEnd | null = null;
  try {
    for (const raw of database.prepare('SELECT * FROM entry ORDER BY seq').iterate()) {
      const row = raw as unknown as JournalRow;
      end = checkRow(row, end, witnessed);
      replay(JSON.parse(row.fact) as JournalFact, row.seq);
    }
  } catch (cause) {
    throw cause instanceof JournalDamagedError ? cause : new JournalDamagedError('SQLite cannot read it', { cause });
  }
  const found = end ?? chainStart;
  if (witnessed !== null && witnessed.seq > found.seq) throw new JournalRolledBackError(found.seq, witnessed.seq);
  return found;
}

/** The first entry is a birth or a checkpoint: what its hash was chained to has been removed. */
function checkRow(row: JournalRow, before: ChainEnd | null, witnessed: ChainEnd | null): ChainEnd {
  if (before === null && row.kind !== 'born' && row.kind !== 'checkpoint') {
    throw new JournalDamagedError(`it begins with entry ${row.seq}, a ${row.kind}`);
  }
  if (before !== null && row.seq !== before.seq + 1) {
    throw new JournalDamagedError(`entries ${before.seq + 1} to ${row.seq - 1} are missing`);
  }
  const chainedTo = before?.hash ?? firstLink(row);
  if (hashOf(row, chainedTo) !== row.hash) throw new JournalDamagedError(`entry ${row.seq} is not what was written`);
  if (witnessed?.seq === row.seq && witnessed.hash !== row.hash) {
    throw new JournalDamagedError(`entry ${row.seq} is not the one that its witness saw`);
  }
  return { seq: row.seq, hash: row.hash };
}

function firstLink(row: JournalRow): string {
  if (row.kind === 'born') return chainStart.hash;
  const fact = JSON.parse(row.fact) as JournalFact;
  return fact.kind === 'checkpoint' ? fact.chainedTo : chainStart.hash;
}
