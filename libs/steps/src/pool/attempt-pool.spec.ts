import { mkdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { AttemptId } from '@longshore/protocol';
import { AttemptJournal } from '../attempt/attempt-journal';
import type { AttemptOrder } from '../attempt/attempt-order';
import { AgentHome, bundled, removeBundles, until } from '../testing/agent-home';
import { anOrder } from '../testing/an-order';
import { FolderLogSink } from '../testing/folder-log-sink';
import type { TestThreadData } from '../testing/pool-thread.main';
import { AttemptPool, type AttemptPoolOptions } from './attempt-pool';

class MemoryJournal extends AttemptJournal {
  readonly starts: AttemptId[] = [];
  refuses = false;
  override async recordStart(attemptId: AttemptId): Promise<void> {
    if (this.refuses) throw new Error('disk full');
    this.starts.push(attemptId);
  }
}

let home: AgentHome;
let sink: FolderLogSink;
let journal: MemoryJournal;
let pools: AttemptPool[];

beforeEach(() => {
  home = new AgentHome();
  home.openLink();
  mkdirSync(home.file('logs'));
  sink = new FolderLogSink(home.file('logs'));
  journal = new MemoryJournal();
  pools = [];
});
afterEach(async () => {
  for (const pool of pools) await pool.stop();
  await home.remove();
});
afterAll(removeBundles);

function aPool(options: Partial<AttemptPoolOptions> = {}, crashMark: string | null = null): AttemptPool {
  const threadData: TestThreadData = { place: home.place, logFolder: home.file('logs'), crashMark };
  const pool = new AttemptPool({ threadEntry: bundled('pool-thread.main'), threadData, journal, ...options });
  pools.push(pool);
  return pool;
}

const folderOf = (order: AttemptOrder) => join(home.place.attemptsFolder, order.step.attemptId);

it('carries out several attempts side by side on few threads', async () => {
  const orders = Array.from({ length: 6 }, (_, index) => anOrder(`echo ${index}; sleep 0.2; exit ${index}`));
  const pool = aPool();
  const ended = await Promise.all(orders.map((order) => pool.perform(order, folderOf(order))));
  expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(pool.maxParallel).toBe(4 * availableParallelism());
  expect(journal.starts).toHaveLength(6);
  expect(pool.load).toBe(0);
  expect(sink.received(orders[5]!.step.attemptId, 'stdout').toString()).toBe('5\n');
});

it('lets what is over the limit wait, and cancels it there', async () => {
  const pool = aPool({ maxParallel: 1 });
  const [long, waiting, last] = [anOrder('sleep 30'), anOrder('echo never'), anOrder('exit 3')];
  const running = pool.perform(long, folderOf(long));
  const cancelled = pool.perform(waiting, folderOf(waiting));
  const next = pool.perform(last, folderOf(last));
  await until(() => journal.starts.length === 1);
  expect(pool.cancel(waiting.step.attemptId)).toBe(true);
  expect(await cancelled).toMatchObject({ outcome: 'cancelled' });
  pool.cancel(long.step.attemptId);
  expect(await running).toMatchObject({ outcome: 'cancelled' });
  expect(await next).toMatchObject({ exitCode: 3 });
  expect(journal.starts).toEqual([long.step.attemptId, last.step.attemptId]);
});

it('takes attempts up on another thread when theirs crashed; none is started twice', async () => {
  const pool = aPool({ maxThreads: 1 }, home.file('crashed'));
  const script = `echo x >> ${home.file('starts')}; sleep 0.5; echo end; exit 4`;
  const orders = [anOrder(script), anOrder(script)];
  const ended = await Promise.all(orders.map((order) => pool.perform(order, folderOf(order))));
  expect(ended).toMatchObject([{ exitCode: 4 }, { exitCode: 4 }]);
  expect(readFileSync(home.file('crashed'))).toHaveLength(0);
  expect(readFileSync(home.file('starts'), 'utf8')).toBe('x\nx\n');
  expect(sink.received(orders[0]!.step.attemptId, 'stdout').toString()).toBe('end\n');
});

it('ends a thread that has nothing to do, and makes another when there is work again', async () => {
  const pool = aPool({ threadIdleMs: 300 });
  const first = anOrder('exit 1');
  expect(await pool.perform(first, folderOf(first))).toMatchObject({ exitCode: 1 });
  expect(pool.threadCount).toBe(1);
  await until(() => pool.threadCount === 0);
  const second = anOrder('exit 2');
  expect(await pool.perform(second, folderOf(second))).toMatchObject({ exitCode: 2 });
});

it('keeps the thread of an attempt however long that takes', async () => {
  const pool = aPool({ threadIdleMs: 50, maxThreads: 1 });
  const [long, short] = [anOrder('sleep 30'), anOrder('exit 6')];
  const running = pool.perform(long, folderOf(long));
  expect(await pool.perform(short, folderOf(short))).toMatchObject({ exitCode: 6 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(pool.threadCount).toBe(1);
  pool.cancel(long.step.attemptId);
  expect(await running).toMatchObject({ outcome: 'cancelled' });
  await until(() => pool.threadCount === 0);
});

it('loses no attempt that comes just when its thread is to end', async () => {
  const pool = aPool({ threadIdleMs: 0, maxThreads: 1 });
  for (let exitCode = 1; exitCode <= 8; exitCode += 1) {
    const order = anOrder(`exit ${exitCode}`);
    expect(await pool.perform(order, folderOf(order))).toMatchObject({ exitCode });
    await new Promise((resolve) => setTimeout(resolve, exitCode % 3));
  }
  expect(journal.starts).toHaveLength(8);
});

it('gives an attempt up that takes every thread down', async () => {
  const pool = aPool({}, 'always');
  const order = anOrder('echo x');
  await expect(pool.perform(order, folderOf(order))).rejects.toMatchObject({ code: 'ATTEMPT_THREAD_CRASHED' });
  expect(pool.load).toBe(0);
});

it('leaves steps running when it stops, for another pool to take up', async () => {
  const order = anOrder('sleep 0.8; exit 8');
  const first = aPool();
  const lost = first.perform(order, folderOf(order));
  const rejected = expect(lost).rejects.toMatchObject({ code: 'ATTEMPT_POOL_STOPPED' });
  await until(() => journal.starts.length === 1);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await first.stop();
  await rejected;
  expect(await aPool().resume(order.step.attemptId, folderOf(order))).toMatchObject({ exitCode: 8 });
  expect(journal.starts).toHaveLength(1);
});

it('does not start what the journal did not take', async () => {
  journal.refuses = true;
  const order = anOrder('true');
  await expect(aPool().perform(order, folderOf(order))).rejects.toMatchObject({
    code: 'ATTEMPT_FOLLOWING',
    message: expect.stringContaining('disk full'),
  });
});
