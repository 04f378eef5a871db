import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { AttemptId } from '@longshore/protocol';
import { attemptFolder } from '../attempt-folder/attempt-folder';
import { readStarted } from '../attempt-folder/attempt-record';
import type { StepHostLink } from '../step-host-link/step-host-link';
import { AgentHome, isRunning, removeBundles, until } from '../testing/agent-home';
import { anOrder, fixture } from '../testing/an-order';
import { FolderLogSink } from '../testing/folder-log-sink';
import { AttemptJournal } from './attempt-journal';
import type { AttemptOrder } from './attempt-order';
import { AttemptRunner } from './attempt-runner';
import { discardAttempt } from './discard-attempt';

class MemoryJournal extends AttemptJournal {
  readonly starts: AttemptId[] = [];
  override async recordStart(attemptId: AttemptId): Promise<void> {
    this.starts.push(attemptId);
  }
}

let home: AgentHome;
let sink: FolderLogSink;
let journal: MemoryJournal;
let link: StepHostLink;

beforeEach(() => {
  home = new AgentHome();
  mkdirSync(home.file('logs'));
  sink = new FolderLogSink(home.file('logs'));
  journal = new MemoryJournal();
  link = home.openLink();
});
afterEach(() => home.remove());
afterAll(removeBundles);

const aRunner = (through = link) => new AttemptRunner(through, journal, sink);
const folderOf = (order: AttemptOrder) => join(home.place.attemptsFolder, order.step.attemptId);
const perform = (order: AttemptOrder) => aRunner().perform(order, folderOf(order));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function pidOf(order: AttemptOrder): Promise<number> {
  const { started } = attemptFolder(folderOf(order));
  await until(async () => existsSync(folderOf(order)) && (await readStarted(started)) !== undefined);
  return (await readStarted(started))!.process.pid;
}

describe('an attempt that runs to its end', () => {
  it('tells outcome, exit code, outputs and logs', async () => {
    const order = anOrder('echo out; echo err >&2; echo "answer=42" > "$LONGSHORE_OUTPUTS"; pwd; exit 0');
    const ended = await perform(order);
    const work = attemptFolder(folderOf(order)).work;
    expect(sink.received(order.step.attemptId, 'stdout').toString()).toBe(`out\n${work}\n`);
    expect(ended).toMatchObject({ outcome: 'succeeded', exitCode: 0, outputs: { answer: '42' }, reason: null });
    expect(ended.logs.stderr).toEqual({ length: 4, sha256: sha256(Buffer.from('err\n')) });
    expect(journal.starts).toEqual([order.step.attemptId]);
    expect(
      sink.pieces
        .filter((piece) => piece.final)
        .map((piece) => piece.stream)
        .sort(),
    ).toEqual(['stderr', 'stdout']);
    await discardAttempt(folderOf(order));
    expect(existsSync(folderOf(order))).toBe(false);
  });

  it.each([
    ['exit 7', { outcome: 'failed', exitCode: 7, signal: null, reason: 'it exited with 7' }],
    ['exit 137', { outcome: 'failed', exitCode: 137, signal: null }],
    ['kill -9 $$', { outcome: 'failed', exitCode: null, signal: 'SIGKILL', reason: 'it was ended by SIGKILL' }],
  ])('tells %s exactly', async (script, expected) => {
    expect(await perform(anOrder(script))).toMatchObject(expected);
  });

  it('ships 20 MB of every byte value exactly', async () => {
    const bytes = 20_000_000;
    const noisy = `"${process.execPath}" ${fixture('noisy.mjs')} ${bytes} seed`;
    const order = anOrder(noisy);
    const ended = await perform(order);
    const received = sink.received(order.step.attemptId, 'stdout');
    expect(received.length).toBe(bytes);
    expect(received.equals(readFileSync(attemptFolder(folderOf(order)).stdout))).toBe(true);
    expect(ended.logs.stdout).toEqual({ length: bytes, sha256: sha256(received) });
  });

  it('keeps what the agent knows from the step, and the script from the process list', async () => {
    process.env['LONGSHORE_KEY'] = 'secret';
    process.env['NODE_OPTIONS'] = '--no-warnings';
    const order = anOrder('env; tr "\\0" " " < /proc/$$/cmdline', { environment: { MINE: '1' } });
    await perform(order);
    delete process.env['LONGSHORE_KEY'];
    delete process.env['NODE_OPTIONS'];
    const seen = sink.received(order.step.attemptId, 'stdout').toString();
    expect(seen).toMatch(/^MINE=1$/m);
    expect(seen).toMatch(new RegExp(`^LONGSHORE_ATTEMPT=${order.step.attemptId}$`, 'm'));
    expect(seen).not.toMatch(/NODE_OPTIONS|LONGSHORE_KEY/);
    expect(seen).toContain(`sh ${attemptFolder(folderOf(order)).script} `);
    expect(statSync(attemptFolder(folderOf(order)).script).mode & 0o777).toBe(0o700);
    expect(statSync(attemptFolder(folderOf(order)).order).mode & 0o777).toBe(0o600);
    expect(statSync(folderOf(order)).mode & 0o777).toBe(0o700);
  });
});

describe('an attempt that never runs', () => {
  it.each([
    [{ inputs: {} }, 'inputs.script: is required'],
    [{ stepType: 'nonsense' }, 'this agent has no step type longshore.shell 1.0.0 / nonsense'],
    [{ workingDirectory: '/no/such/folder' }, 'workingDirectory: /no/such/folder is no directory on this machine'],
  ])('%j fails with the field at fault, and no start is recorded', async (changes, reason) => {
    const ended = await perform(anOrder('true', changes));
    expect(ended).toMatchObject({ outcome: 'failed', exitCode: null, reason: expect.stringContaining(reason) });
    expect(journal.starts).toEqual([]);
  });

  it('fails when its interpreter is not there', async () => {
    const ended = await perform(anOrder('true', { inputs: { script: 'x', interpreter: 'no-such-shell' } }));
    expect(ended).toMatchObject({ outcome: 'failed', exitCode: null, ranMs: null });
    expect(ended.reason).toContain('it could not be started: spawn no-such-shell ENOENT');
  });

  it('is not started when its start could not be recorded', async () => {
    journal.recordStart = () => Promise.reject(new Error('disk full'));
    const order = anOrder(`touch ${home.file('ran')}`);
    await expect(perform(order)).rejects.toThrow('disk full');
    expect(existsSync(home.file('ran'))).toBe(false);
  });

  it('ends as not-started when a worker died between journal and host', async () => {
    const order = anOrder(`touch ${home.file('ran')}`);
    journal.recordStart = () => Promise.reject(new Error('the worker dies here'));
    await expect(perform(order)).rejects.toThrow();
    expect(await aRunner().resume(folderOf(order))).toMatchObject({ outcome: 'not-started', logs: expect.anything() });
    expect(await link.start(order.step.attemptId, {} as never)).toMatchObject({ kind: 'not-started' });
    expect(existsSync(home.file('ran'))).toBe(false);
  });
});

describe('an attempt that is ended', () => {
  it('takes a reparented grandchild that ignores TERM with it', async () => {
    const pidFile = home.file('grandchild');
    const order = anOrder(`exec "${process.execPath}" ${fixture('double-forker.mjs')} ${pidFile}`);
    const runner = aRunner();
    const ending = runner.perform(order, folderOf(order));
    await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '');
    const grandchild = Number(readFileSync(pidFile, 'utf8'));
    expect(isRunning(grandchild)).toBe(true);
    expect(runner.cancel(order.step.attemptId)).toBe(true);
    expect(await ending).toMatchObject({ outcome: 'cancelled', signal: 'SIGTERM' });
    expect(isRunning(grandchild)).toBe(false);
    expect(runner.cancel(order.step.attemptId)).toBe(false);
  });

  it('is killed after its grace when it ignores TERM', async () => {
    const order = anOrder(`exec sh ${fixture('ignores-term.sh')}`);
    const runner = aRunner();
    const ending = runner.perform(order, folderOf(order));
    await until(() => sink.received(order.step.attemptId, 'stdout').length > 0);
    runner.cancel(order.step.attemptId);
    expect(await ending).toMatchObject({ outcome: 'cancelled', signal: 'SIGKILL' });
  });

  it('never starts when it was cancelled before', async () => {
    const order = anOrder(`touch ${home.file('ran')}`);
    const runner = aRunner();
    const ending = runner.perform(order, folderOf(order));
    runner.cancel(order.step.attemptId);
    expect(await ending).toMatchObject({ outcome: 'cancelled', exitCode: null });
    expect(existsSync(home.file('ran'))).toBe(false);
  });

  it('is timed out although it would have ended well', async () => {
    const order = anOrder('trap "exit 0" TERM; while :; do sleep 0.05; done', { timeoutMs: 300 });
    expect(await perform(order)).toMatchObject({ outcome: 'timed-out', exitCode: 0 });
  });
});

describe('an attempt whose worker went away', () => {
  it('is taken up by the next worker with its whole log and its true exit code', async () => {
    const order = anOrder('for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.1; done; exit 9');
    const first = aRunner();
    const lost = first.perform(order, folderOf(order));
    await until(() => sink.received(order.step.attemptId, 'stdout').length >= 4);
    first.stop();
    await expect(lost).rejects.toMatchObject({ name: 'AbortError' });
    await link.close();
    const ended = await aRunner(home.openLink()).resume(folderOf(order));
    expect(ended).toMatchObject({ outcome: 'failed', exitCode: 9 });
    const log = '1\n2\n3\n4\n5\n6\n7\n8\n';
    expect(sink.received(order.step.attemptId, 'stdout').toString()).toBe(log);
    expect(ended.logs.stdout).toEqual({ length: log.length, sha256: sha256(Buffer.from(log)) });
    expect(journal.starts).toHaveLength(1);
  });

  it('still says why it was ended', async () => {
    const order = anOrder('sleep 60');
    const first = aRunner();
    const lost = first.perform(order, folderOf(order));
    await pidOf(order);
    await link.kill(order.step.attemptId, 'cancelled');
    first.stop();
    await expect(lost).rejects.toThrow();
    expect(await aRunner().resume(folderOf(order))).toMatchObject({ outcome: 'cancelled' });
  });
});

describe('an attempt whose host was killed', () => {
  it('is unknown with evidence once its process is gone, its log is shipped, and it is not started again', async () => {
    const order = anOrder(`echo x >> ${home.file('starts')}; echo before; sleep 0.8; echo after`);
    const ending = perform(order);
    const pid = await pidOf(order);
    await until(() => sink.received(order.step.attemptId, 'stdout').length > 0);
    const hostPid = await home.hostPid();
    process.kill(hostPid, 'SIGKILL');
    const ended = await ending;
    expect(isRunning(pid)).toBe(false);
    expect(ended).toMatchObject({ outcome: 'unknown', exitCode: null, signal: null });
    expect(ended.evidence).toMatchObject({
      claim: { purpose: 'start', claimant: { pid: hostPid } },
      started: { process: { pid } },
      hostAlive: false,
      stepAlive: false,
    });
    expect(JSON.stringify(ended.evidence)).not.toContain('nonce');
    expect(sink.received(order.step.attemptId, 'stdout').toString()).toBe('before\nafter\n');
    expect(readFileSync(home.file('starts'), 'utf8')).toBe('x\n');
    expect(await aRunner().resume(folderOf(order))).toMatchObject({ outcome: 'unknown' });
  });

  it('is still timed out', async () => {
    const order = anOrder('sleep 60', { timeoutMs: 700 });
    const ending = perform(order);
    const pid = await pidOf(order);
    process.kill(await home.hostPid(), 'SIGKILL');
    expect(await ending).toMatchObject({ outcome: 'timed-out', exitCode: null });
    expect(isRunning(pid)).toBe(false);
  });
});
