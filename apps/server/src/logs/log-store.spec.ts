import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { applyMigrations, Database, LogIndexStore } from '@longshore/persistence';
import { type AgentId, agentIdSchema, type AttemptId } from '@longshore/protocol';
import { useDatabases } from '@longshore/testing';
import { anAttempt } from '../testing/an-attempt';
import { LogFiles } from './log-files';
import { LogSignals } from './log-signals';
import { type AppendVerdict, LogStore } from './log-store';

const agentId = agentIdSchema.parse('build-1');
const aDatabase = useDatabases();

describe('the log store', () => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-logs-'));
  const files = new LogFiles(folder);
  let database: Database;
  let index: LogIndexStore;
  let attemptId: AttemptId;

  beforeAll(async () => {
    database = await Database.open({ url: await aDatabase(), log: () => undefined });
    await applyMigrations(database.pool);
    index = new LogIndexStore(database);
  });
  beforeEach(async () => {
    attemptId = await anAttempt(database, agentId);
  });
  afterAll(async () => {
    await database.close();
    rmSync(folder, { recursive: true });
  });

  const aStore = (): LogStore => new LogStore(index, files, new LogSignals());
  const append = (
    store: LogStore,
    from: number,
    bytes: Buffer,
    more: { by?: AgentId; last?: boolean } = {},
  ): Promise<AppendVerdict> =>
    store.append({
      attemptId,
      stream: 'stdout',
      from,
      length: bytes.length,
      octets: Readable.from([bytes]),
      agentId: more.by ?? agentId,
      last: more.last ?? false,
    });
  const stored = (): Buffer => readFileSync(files.pathOf({ attemptId, stream: 'stdout' }));

  /** Goes on from wherever the store says it is, as an agent does. */
  async function upload(store: LogStore, log: Buffer): Promise<void> {
    for (let at = 0; at < log.length;) {
      const bytes = log.subarray(at, at + 1 + Math.floor(Math.random() * 40_000));
      at = (await append(store, at, bytes)).length;
    }
  }

  it('takes a piece only where the last one ended', async () => {
    const store = aStore();
    expect(await append(store, 0, Buffer.from('one '))).toEqual({ verdict: 'appended', length: 4 });
    expect(await append(store, 0, Buffer.from('one '))).toEqual({ verdict: 'conflict', length: 4 });
    expect(await append(store, 9, Buffer.from('three'))).toEqual({ verdict: 'conflict', length: 4 });
    expect(await append(store, 4, Buffer.from('two'), { last: true })).toEqual({ verdict: 'appended', length: 7 });
    expect(await append(store, 7, Buffer.from('!'))).toEqual({ verdict: 'conflict', length: 7 });
    expect(stored().toString()).toBe('one two');
    expect(await index.find(attemptId, 'stdout')).toMatchObject({ length: 7, complete: true });
  });

  it('is exact with three writers at once, two of them in one process', async () => {
    const log = randomBytes(1_500_000);
    const [here, elsewhere] = [aStore(), aStore()];
    await Promise.all([upload(here, log), upload(here, log), upload(elsewhere, log)]);
    expect((await index.find(attemptId, 'stdout'))?.length).toBe(log.length);
    expect(stored().equals(log)).toBe(true);
  });

  it('does not count what was written before a crash and never committed', async () => {
    await append(aStore(), 0, Buffer.from('kept '));
    await files.write(
      { attemptId, stream: 'stdout' },
      { from: 5, length: 20, octets: Readable.from([Buffer.from('lost in the crash !!')]) },
    );
    expect(await append(aStore(), 5, Buffer.from('and on'))).toEqual({ verdict: 'appended', length: 11 });
    expect(stored().subarray(0, 11).toString()).toBe('kept and on');
  });

  it('commits nothing of a piece whose sender went away', async () => {
    const octets = Readable.from([Buffer.from('only half')]);
    const piece = { attemptId, stream: 'stdout' as const, agentId, from: 0, length: 18, octets, last: false };
    await expect(aStore().append(piece)).rejects.toMatchObject({ code: 'LOG_PIECE_SHORT', severity: 'retry' });
    expect((await index.find(attemptId, 'stdout'))?.length).toBe(0);
  });

  it('says that the disk is full, and goes on when it is not', async () => {
    const path = files.pathOf({ attemptId, stream: 'stdout' });
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync('/dev/full', path);
    await expect(append(aStore(), 0, Buffer.from('x'))).rejects.toMatchObject({
      code: 'LOG_SPACE_EXHAUSTED',
      status: 507,
      severity: 'retry',
    });
    expect((await index.find(attemptId, 'stdout'))?.length).toBe(0);
    rmSync(path);
    expect(await append(aStore(), 0, Buffer.from('x'))).toEqual({ verdict: 'appended', length: 1 });
  });

  it('does not go on behind a file that lost committed bytes', async () => {
    await append(aStore(), 0, Buffer.from('0123456789'));
    truncateSync(files.pathOf({ attemptId, stream: 'stdout' }), 4);
    await expect(append(aStore(), 10, Buffer.from('x'))).rejects.toMatchObject({ code: 'LOG_DAMAGED' });
  });

  it('shows an attempt to no other agent', async () => {
    await expect(append(aStore(), 0, Buffer.from('x'), { by: agentIdSchema.parse('other') })).rejects.toMatchObject({
      code: 'ATTEMPT_UNKNOWN',
    });
  });
});
