import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { aHome } from '../testing/a-place';
import { MonitorRunningError, findMonitor, takeMonitorLock } from './monitor-lock';
import { stampOf } from './process-stamp';

describe('the one monitor of a home', () => {
  const home = aHome();
  afterAll(() => home.remove());

  it('is known by pid and start time, and gives the lock back', () => {
    const unlock = takeMonitorLock(home.monitorLock, home.root);
    expect(findMonitor(home.monitorLock)).toEqual(stampOf(process.pid));
    expect(() => takeMonitorLock(home.monitorLock, home.root)).toThrow(MonitorRunningError);
    unlock();
    expect(findMonitor(home.monitorLock)).toBeNull();
  });

  it('takes over what a killed monitor left, also where its pid is somebody else’s now', () => {
    writeFileSync(home.monitorLock, JSON.stringify({ pid: process.pid, startedAt: 'another boot/1' }));
    expect(findMonitor(home.monitorLock)).toBeNull();
    takeMonitorLock(home.monitorLock, home.root)();
  });

  it('is known again soon after its run folder was deleted', async () => {
    const unlock = takeMonitorLock(home.monitorLock, home.root);
    rmSync(home.run, { recursive: true });
    expect(findMonitor(home.monitorLock)).toBeNull();
    for (let looks = 0; findMonitor(home.monitorLock) === null && looks < 100; looks += 1) await pause(50);
    expect(findMonitor(home.monitorLock)).toEqual(stampOf(process.pid));
    unlock();
    expect(findMonitor(home.monitorLock)).toBeNull();
  });
});
