import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endRememberedProcess, rememberProcess } from './remembered-process';

describe('a remembered process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-remembered-'));
  const file = join(folder, 'part.json');
  const children: ChildProcess[] = [];
  const start = (script: string): number => {
    const child = spawn('/bin/sh', ['-c', script], { stdio: 'ignore' });
    children.push(child);
    return child.pid ?? 0;
  };
  const endOf = (child: ChildProcess | undefined) =>
    new Promise<NodeJS.Signals | null>((resolve) => child?.once('exit', (_code, signal) => resolve(signal)));
  afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is ended and forgotten', async () => {
    const pid = start('exec sleep 60');
    const ended = endOf(children[0]);
    rememberProcess(file, pid);
    expect(await endRememberedProcess(file, 5_000)).toBe(pid);
    expect(await ended).toBe('SIGTERM');
    expect(existsSync(file)).toBe(false);
    expect(await endRememberedProcess(file, 5_000)).toBeNull();
  });

  it('is killed when it does not listen', async () => {
    const pid = start('trap "" TERM; while :; do sleep 0.05; done');
    const ended = endOf(children[0]);
    rememberProcess(file, pid);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await endRememberedProcess(file, 300)).toBe(pid);
    expect(await ended).toBe('SIGKILL');
  });

  it('is not mistaken for another that has its pid now', async () => {
    const pid = start('exec sleep 60');
    rememberProcess(file, pid);
    const written = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...written, startTicks: '1' }));
    expect(await endRememberedProcess(file, 300)).toBeNull();
    expect(() => process.kill(pid, 0)).not.toThrow();
  });

  it('is nobody when the file is damaged', async () => {
    writeFileSync(file, '{"pid":');
    expect(await endRememberedProcess(file, 300)).toBeNull();
  });
});
