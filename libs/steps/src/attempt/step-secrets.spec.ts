/** A step's secrets on its machine: in its environment and in 0600 files, and nowhere else. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { attemptFolder } from '../attempt-folder/attempt-folder';
import { readStarted } from '../attempt-folder/attempt-record';
import { AgentHome, removeBundles, until } from '../testing/agent-home';
import { anOrder } from '../testing/an-order';
import { FolderLogSink } from '../testing/folder-log-sink';
import { AttemptJournal } from './attempt-journal';
import type { AttemptOrder } from './attempt-order';
import { AttemptRunner } from './attempt-runner';
import { discardAttempt } from './discard-attempt';

class NoJournal extends AttemptJournal {
  override async recordStart(): Promise<void> {}
}

const canary = 'canary-5e1f-step-secret';
const access = { token: 'lss_canary-token', url: 'https://127.0.0.1:1/agent/v1/step', serverFingerprint: 'sha256/x' };
let home: AgentHome;
let sink: FolderLogSink;

beforeEach(() => {
  home = new AgentHome();
  mkdirSync(home.file('logs'));
  sink = new FolderLogSink(home.file('logs'));
});
afterEach(() => home.remove());
afterAll(removeBundles);

const folderOf = (order: AttemptOrder) => join(home.place.attemptsFolder, order.step.attemptId);
const aRunner = (link = home.openLink()) => new AttemptRunner(link, new NoJournal(), sink);
const perform = (order: AttemptOrder) => aRunner().perform(order, folderOf(order));
const waiting = (changes: Partial<AttemptOrder> = {}): AttemptOrder => ({
  ...anOrder(`until [ -e "${home.file('go')}" ]; do sleep 0.05; done`),
  secureInputs: { SECRET_TOKEN: canary },
  access,
  ...changes,
});

async function pidOf(order: AttemptOrder): Promise<number> {
  const { started } = attemptFolder(folderOf(order));
  await until(async () => existsSync(folderOf(order)) && (await readStarted(started)) !== undefined);
  return (await readStarted(started))!.process.pid;
}

/** Argument lists of all processes of the machine: everybody may read them. */
function allArguments(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => readIfThere(`/proc/${pid}/cmdline`))
    .join('\n');
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

describe('a secure input of a shell step', () => {
  it('stands in the environment of its process and in no argument list', async () => {
    const order = waiting();
    const running = perform(order);
    const pid = await pidOf(order);
    await until(() => readIfThere(`/proc/${pid}/environ`).includes('LONGSHORE_ATTEMPT='));
    expect(readIfThere(`/proc/${pid}/environ`)).toContain(`SECRET_TOKEN=${canary}\0`);
    expect(readIfThere(`/proc/${await home.hostPid()}/environ`)).not.toContain(canary);
    expect(allArguments()).toContain(attemptFolder(folderOf(order)).script);
    expect(allArguments()).not.toContain(canary);
    for (const name of readdirSync(folderOf(order), { recursive: true, encoding: 'utf8' })) {
      const path = join(folderOf(order), name);
      if (!statSync(path).isFile() || !readFileSync(path, 'utf8').includes(canary)) continue;
      expect([name, statSync(path).mode & 0o777]).toEqual(['order.json', 0o600]);
    }
    mkdirSync(home.file('go'));
    const ended = await running;
    expect(JSON.stringify(ended)).not.toContain(canary);
    expect(ended.outcome).toBe('succeeded');
    await discardAttempt(folderOf(order));
    expect(existsSync(folderOf(order))).toBe(false);
  });

  it('may be the script itself', async () => {
    const order = { ...anOrder('', { inputs: {} }), secureInputs: { script: 'echo "$((6 * 7))"' } };
    expect((await perform(order)).outcome).toBe('succeeded');
    expect(sink.received(order.step.attemptId, 'stdout').toString()).toBe('42\n');
  });

  it.each([
    ['LONGSHORE_RUN', 'secureInputs.LONGSHORE_RUN: names that begin with LONGSHORE_ are ours'],
    ['A=B', 'secureInputs.A=B: is no name for an environment variable'],
  ])('cannot be called %s', async (name, reason) => {
    const order = { ...anOrder('true'), secureInputs: { [name]: canary } };
    expect(await perform(order)).toMatchObject({ outcome: 'failed', reason });
  });
});

describe('the token of a step', () => {
  it('lies in a file of its own while the step runs, which the environment names', async () => {
    const script = [
      'cat "$LONGSHORE_STEP_TOKEN_FILE"',
      'echo " $LONGSHORE_STEP_URL $LONGSHORE_SERVER_FINGERPRINT"',
      'stat -c %a "$LONGSHORE_STEP_TOKEN_FILE"',
      'env | grep -c lss_',
    ].join('\n');
    const order = { ...anOrder(script), access };
    await perform(order);
    const printed = sink.received(order.step.attemptId, 'stdout').toString();
    expect(printed).toBe(`${access.token} ${access.url} ${access.serverFingerprint}\n600\n0\n`);
    const folder = attemptFolder(folderOf(order));
    expect(existsSync(folder.token)).toBe(false);
    expect(readFileSync(folder.order, 'utf8')).not.toContain(access.token);
  });

  it('stays while the worker is away and goes when the step has ended', async () => {
    const order = waiting();
    const { token } = attemptFolder(folderOf(order));
    const before = aRunner();
    const left = before.perform(order, folderOf(order)).catch(() => 'left');
    await pidOf(order);
    before.stop();
    expect(await left).toBe('left');
    expect(readFileSync(token, 'utf8')).toBe(access.token);
    const resumed = aRunner().resume(folderOf(order));
    mkdirSync(home.file('go'));
    expect((await resumed).outcome).toBe('succeeded');
    expect(existsSync(token)).toBe(false);
  });

  it('goes as well when the step never began', async () => {
    const order = { ...anOrder('true'), access };
    const runner = new AttemptRunner(home.openLink(), new CancelledJournal(), sink);
    CancelledJournal.cancel = () => runner.cancel(order.step.attemptId);
    expect((await runner.perform(order, folderOf(order))).outcome).toBe('cancelled');
    expect(existsSync(attemptFolder(folderOf(order)).token)).toBe(false);
  });
});

/** The cancel comes while the start is being recorded. */
class CancelledJournal extends AttemptJournal {
  static cancel: () => void = () => undefined;
  override async recordStart(): Promise<void> {
    CancelledJournal.cancel();
  }
}
