import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { attemptFolder } from '../attempt-folder/attempt-folder';
import { readKill, readStarted } from '../attempt-folder/attempt-record';
import { AgentHome, isRunning, removeBundles, until } from '../testing/agent-home';
import { aProgram } from '../testing/an-order';
import { settleAttempt } from './settle-attempt';

let home: AgentHome;
beforeEach(() => {
  home = new AgentHome();
});
afterEach(() => home.remove());
afterAll(removeBundles);

it('lets another worker take up what a lost one started', async () => {
  const { attemptId } = home.newAttempt();
  const lost = home.openLink();
  await lost.start(attemptId, aProgram('sleep 0.5; exit 6'));
  await lost.close();
  const next = home.openLink();
  expect(await next.list()).toEqual([attemptId]);
  const heard: unknown[] = [];
  next.events.on('exited', (ended, exit) => heard.push([ended, exit.exitCode]));
  expect(await next.status(attemptId)).toEqual({ kind: 'running' });
  await until(() => heard.length === 1);
  expect(heard).toEqual([[attemptId, 6]]);
  expect(await next.status(attemptId)).toMatchObject({ kind: 'exited', exit: { exitCode: 6 } });
});

it('calls an attempt orphaned, then unknown with evidence, when the host was killed', async () => {
  const { attemptId, folder } = home.newAttempt();
  const link = home.openLink();
  await link.start(attemptId, aProgram('sleep 0.6'));
  const hostPid = await home.hostPid();
  process.kill(hostPid, 'SIGKILL');
  await until(() => !isRunning(hostPid));
  expect(await link.status(attemptId)).toMatchObject({ kind: 'orphaned' });
  await until(async () => (await link.status(attemptId)).kind !== 'orphaned');
  const stepPid = (await readStarted(attemptFolder(folder).started))?.process.pid;
  expect(await link.status(attemptId)).toMatchObject({
    kind: 'unknown',
    reason: `the step host (pid ${hostPid}) died and the step (pid ${stepPid}) is gone; its end was not recorded`,
    evidence: { hostAlive: false, stepAlive: false, claim: { purpose: 'start' } },
  });
});

it('ends an orphan itself, and keeps the reason', async () => {
  const { attemptId, folder } = home.newAttempt();
  const link = home.openLink();
  await link.start(attemptId, aProgram('sleep 60'));
  const { pid } = (await readStarted(attemptFolder(folder).started))!.process;
  const hostPid = await home.hostPid();
  process.kill(hostPid, 'SIGKILL');
  await until(() => !isRunning(hostPid));
  await link.kill(attemptId, 'cancelled');
  expect(isRunning(pid)).toBe(false);
  expect(await readKill(attemptFolder(folder).kill)).toMatchObject({ reason: 'cancelled' });
});

it('finds an orphan by its nonce where the host died before it recorded the start', async () => {
  const { attemptId, folder } = home.newAttempt();
  const link = home.openLink();
  await link.start(attemptId, aProgram('sleep 60'));
  const { pid } = (await readStarted(attemptFolder(folder).started))!.process;
  home.leftovers.push(pid);
  const hostPid = await home.hostPid();
  process.kill(hostPid, 'SIGKILL');
  await until(() => !isRunning(hostPid));
  const { rm } = await import('node:fs/promises');
  await rm(attemptFolder(folder).started);
  expect(await link.status(attemptId)).toMatchObject({ kind: 'orphaned' });
  await link.kill(attemptId, 'cancelled');
  expect(isRunning(pid)).toBe(false);
});

it('fences an attempt that nobody claimed, so that no host starts it later', async () => {
  const { attemptId, folder } = home.newAttempt();
  const link = home.openLink();
  expect(await link.status(attemptId)).toMatchObject({ kind: 'not-started' });
  const verdict = await link.start(attemptId, aProgram(`echo x > ${home.file('started')}`));
  expect(verdict).toMatchObject({ kind: 'not-started' });
  await pause(100);
  expect(() => readFileSync(home.file('started'))).toThrow('ENOENT');
  expect(await settleAttempt(folder, link.table)).toMatchObject({ kind: 'not-started' });
});
