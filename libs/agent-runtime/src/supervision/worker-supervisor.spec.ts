import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isStillRunning, stampOf } from '../home/process-stamp';
import { aHome } from '../testing/a-place';
import { bundleProgram } from '../testing/bundle-program';
import { decideRestart } from './decide-restart';
import type { WorkerToMonitor } from './worker-messages';
import { type WorkerListener, type WorkerState, WorkerSupervisor } from './worker-supervisor';

const until = async (isSo: () => boolean): Promise<void> => {
  for (const giveUpAt = performance.now() + 5_000; !isSo(); await pause(10)) {
    if (performance.now() > giveUpAt) throw new Error('it never came');
  }
};

describe('a worker under supervision', () => {
  const home = aHome();
  let worker = '';
  let monitor = '';
  const folderOf = (name: string) => {
    mkdirSync(join(home.root, name));
    return join(home.root, name);
  };
  beforeAll(() => {
    worker = bundleProgram(join(__dirname, '..', 'testing', 'tiny-worker.main.ts'), folderOf('worker'));
    monitor = bundleProgram(join(__dirname, '..', 'testing', 'tiny-monitor.main.ts'), folderOf('monitor'));
  });
  afterAll(() => home.remove());

  function supervise(...args: string[]) {
    const heard: WorkerToMonitor[] = [];
    const states: WorkerState[] = [];
    const crashes: Parameters<WorkerListener['crashed']>[0][] = [];
    const supervisor = new WorkerSupervisor(
      { entry: worker, args },
      {
        hear: (message) => heard.push(message),
        output: () => undefined,
        stateChanged: (state) => states.push(state),
        crashed: (crash) => crashes.push(crash),
      },
    );
    supervisor.start();
    return { supervisor, heard, states, crashes };
  }

  it('is started again when it crashes, and leaves its last lines as evidence', async () => {
    const { supervisor, states, crashes } = supervise('crash');
    await until(() => crashes.length === 2);
    await supervisor.stop();
    expect(crashes[0]).toEqual({ exitCode: 7, signal: null, lastLines: ['the last word'] });
    expect(states.slice(0, 4)).toEqual(['starting', 'running', 'restarting', 'running']);
    expect(states.at(-1)).toBe('stopped');
    expect(supervisor.pid).toBeNull();
  });

  it('gets one answer to each question', async () => {
    const { supervisor, heard } = supervise('ask');
    await until(() => heard.some(({ kind }) => kind === 'start'));
    const question = heard.find((message) => message.kind === 'start');
    supervisor.tell({ kind: 'answer', to: question?.id ?? 0, problem: 'not now' });
    await until(() => heard.some(({ kind }) => kind === 'https-problem'));
    expect(heard.at(-1)).toEqual({ kind: 'https-problem', problem: 'not now' });
    await supervisor.stop();
  });

  it('stays stopped when it was asked to stop, and can be replaced', async () => {
    const { supervisor, states } = supervise('stay');
    await until(() => supervisor.state === 'running');
    const first = supervisor.pid;
    await supervisor.restart();
    await until(() => supervisor.state === 'running');
    expect(supervisor.pid).not.toBe(first);
    await supervisor.stop();
    await pause(300);
    expect(supervisor.state).toBe('stopped');
    expect(states.filter((state) => state === 'stopped')).toHaveLength(2);
  });

  it('ends when its monitor is killed', async () => {
    const trace = join(home.root, 'trace');
    const killed = spawn(process.execPath, [monitor, worker, trace], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    killed.stdout.on('data', (text) => (said += String(text)));
    await until(() => said.includes('worker'));
    const stamp = stampOf(Number(said.split(/\s/)[1]));
    killed.kill('SIGKILL');
    await until(() => existsSync(trace));
    await until(() => stamp === null || !isStillRunning(stamp));
  });
});

describe('when to restart', () => {
  it('is almost at once, then ever later while it keeps crashing, and at once again after a long life', () => {
    const after = (crashesBefore: number, ranMs = 10) => decideRestart({ wasAskedToStop: false, ranMs, crashesBefore });
    expect([0, 1, 2, 30].map((crashes) => after(crashes))).toEqual([
      { verdict: 'restart', afterMs: 100, crashes: 1 },
      { verdict: 'restart', afterMs: 200, crashes: 2 },
      { verdict: 'restart', afterMs: 400, crashes: 3 },
      { verdict: 'restart', afterMs: 30_000, crashes: 31 },
    ]);
    expect(after(9, 60_000)).toEqual({ verdict: 'restart', afterMs: 100, crashes: 1 });
    expect(decideRestart({ wasAskedToStop: true, ranMs: 1, crashesBefore: 5 })).toEqual({ verdict: 'stay-stopped' });
  });
});
