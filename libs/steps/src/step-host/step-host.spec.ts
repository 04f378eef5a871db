import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { attemptFolder } from '../attempt-folder/attempt-folder';
import { readExit, readKill, type ExitRecord } from '../attempt-folder/attempt-record';
import type { StepHostLink } from '../step-host-link/step-host-link';
import { AgentHome, isRunning, removeBundles, until } from '../testing/agent-home';
import { aProgram } from '../testing/an-order';
import { findSeat, obtainNonce } from './host-seat';
import type { StepProgram } from './host-message';
import { stepHostEnvironment } from './step-host-environment';

let home: AgentHome;
let link: StepHostLink;

beforeEach(() => {
  home = new AgentHome();
  link = home.openLink();
});
afterEach(() => home.remove());
afterAll(removeBundles);

async function run(program: StepProgram): Promise<{ exit: ExitRecord; folder: string }> {
  const { attemptId, folder } = home.newAttempt();
  await link.start(attemptId, program);
  await until(async () => (await readExit(attemptFolder(folder).exit)) !== undefined);
  return { folder, exit: (await readExit(attemptFolder(folder).exit))! };
}

describe('how a step ends', () => {
  it.each([
    ['exit 0', 0, null],
    ['exit 3', 3, null],
    ['exit 137', 137, null],
    ['kill -KILL $$', null, 'SIGKILL'],
    ['kill -TERM $$', null, 'SIGTERM'],
  ])('tells %s exactly', async (script, exitCode, signal) => {
    expect((await run(aProgram(script))).exit).toMatchObject({ exitCode, signal, spawnError: null });
  });

  it('says so when the program cannot be started', async () => {
    const { exit } = await run(aProgram('', { command: 'no-such-program' }));
    expect(exit.exitCode).toBeNull();
    expect(exit.spawnError).toContain('ENOENT');
  });

  it('does not wait for a background child that holds the output', async () => {
    const { exit, folder } = await run(aProgram('sleep 30 & echo $!; exit 5'));
    const child = Number(readFileSync(attemptFolder(folder).stdout, 'utf8'));
    home.leftovers.push(child);
    expect(exit).toMatchObject({ exitCode: 5, lengths: { stdout: `${child}\n`.length, stderr: 0 } });
    expect(isRunning(child)).toBe(true);
  });

  it('ends background children of a step type that says so', async () => {
    const { folder } = await run(aProgram('setsid sleep 30 & echo $!', { reap: true }));
    const child = Number(readFileSync(attemptFolder(folder).stdout, 'utf8'));
    await until(() => !isRunning(child));
  });

  it('ends a step that runs too long while no worker is connected', async () => {
    const { attemptId, folder } = home.newAttempt();
    await link.start(attemptId, aProgram('trap "" TERM; while :; do sleep 1; done', { timeoutMs: 200 }));
    await link.close();
    await until(async () => (await readExit(attemptFolder(folder).exit)) !== undefined);
    expect(await readExit(attemptFolder(folder).exit)).toMatchObject({ signal: 'SIGKILL' });
    expect(await readKill(attemptFolder(folder).kill)).toMatchObject({ reason: 'timed-out' });
  });
});

describe('what a step finds', () => {
  it('has the environment of its program and its nonce, and nothing else of ours', async () => {
    const { folder } = await run(aProgram('env', { command: 'env', args: [], environment: { ONLY: 'this' } }));
    const lines = readFileSync(attemptFolder(folder).stdout, 'utf8').trim().split('\n');
    expect(lines.map((line) => line.split('=')[0]).sort()).toEqual(['LONGSHORE_ATTEMPT_NONCE', 'ONLY']);
  });

  it('writes into files that only its user can read, and reads nothing', async () => {
    const { folder, exit } = await run(aProgram('cat; exec sh -c "ps -o pid=,sid= -p $$" >&2'));
    expect(exit.exitCode).toBe(0);
    expect(statSync(attemptFolder(folder).stdout)).toMatchObject({ size: 0 });
    expect(statSync(attemptFolder(folder).stdout).mode & 0o777).toBe(0o600);
    const [pid, session] = readFileSync(attemptFolder(folder).stderr, 'utf8').trim().split(/\s+/);
    expect(session).toBe(pid);
  });
});

describe('who starts a step', () => {
  it('spawns once when two workers ask at the same time, and again never', async () => {
    const { attemptId, folder } = home.newAttempt();
    const program = aProgram(`echo started >> ${home.file('starts')}; sleep 0.3; exit 4`);
    const other = home.openLink();
    const verdicts = await Promise.all([link, other, link].map((one) => one.start(attemptId, program)));
    expect(verdicts).toEqual([{ kind: 'running' }, { kind: 'running' }, { kind: 'running' }]);
    await until(async () => (await readExit(attemptFolder(folder).exit)) !== undefined);
    expect(await other.start(attemptId, program)).toMatchObject({ kind: 'exited', exit: { exitCode: 4 } });
    expect(readFileSync(home.file('starts'), 'utf8')).toBe('started\n');
  });

  it('leaves one host when several are launched together', async () => {
    await obtainNonce(home.place.runFolder);
    const launch = () =>
      spawn(process.execPath, [home.place.hostEntry], {
        env: { PATH: process.env['PATH'], ...stepHostEnvironment(home.place) },
        stdio: 'ignore',
      });
    const hosts = [launch(), launch(), launch()];
    await until(() => hosts.filter((host) => host.exitCode === 0).length === 2);
    const seat = await findSeat(home.place.runFolder);
    expect(hosts.find((host) => host.exitCode === null)?.pid).toBe(seat?.host.pid);
  });

  it('refuses a worker that does not prove the nonce', async () => {
    await link.list();
    await link.start(home.newAttempt().attemptId, aProgram('true'));
    const socket = connect((await findSeat(home.place.runFolder))!.socket);
    const heard: string[] = [];
    socket.on('data', (data) => heard.push(String(data)));
    socket.write('{"kind":"hello","v":1,"nonce":"wrong"}\n{"kind":"list","id":1}\n');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(heard).toEqual([]);
  });

  it('refuses an attempt id that would lead out of its folder', async () => {
    await expect(link.start('../elsewhere', aProgram('true'))).rejects.toMatchObject({ code: 'STEP_HOST_REFUSED' });
  });
});

describe('when a host leaves', () => {
  it('goes by itself when nothing runs and nobody is connected, and takes its socket with it', async () => {
    const brief = home.openLink({ idleExitMs: 100 });
    await brief.start(home.newAttempt().attemptId, aProgram('sleep 0.4'));
    const pid = await home.hostPid();
    await brief.close();
    await until(() => !isRunning(pid));
    expect(await findSeat(home.place.runFolder)).toBeUndefined();
  });

  it('listens in a folder of its own where the path of the run folder is too long for a socket', async () => {
    const runFolder = join(home.path, 'r'.repeat(100));
    const far = home.openLink({ runFolder });
    expect(await far.start(home.newAttempt().attemptId, aProgram('sleep 1'))).toEqual({ kind: 'running' });
    const { socket } = (await findSeat(runFolder))!;
    expect(socket.startsWith(runFolder)).toBe(false);
    expect(statSync(join(socket, '..')).mode & 0o777).toBe(0o700);
    await far.retire();
    await until(async () => (await findSeat(runFolder)) === undefined);
  });

  it('is replaced by a new one, which never starts what the old one claimed', async () => {
    const { attemptId, folder } = home.newAttempt();
    writeFileSync(home.file('starts'), '');
    await link.start(attemptId, aProgram(`echo x >> ${home.file('starts')}; sleep 0.2`));
    process.kill(await home.hostPid(), 'SIGKILL');
    await until(async () => (await link.start(attemptId, aProgram('echo never'))).kind === 'unknown');
    expect(readFileSync(home.file('starts'), 'utf8')).toBe('x\n');
    expect(await readExit(attemptFolder(folder).exit)).toBeUndefined();
  });
});
