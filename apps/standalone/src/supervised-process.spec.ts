import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ProcessPlan, SupervisedProcess } from './supervised-process';

let folder: string;
let running: SupervisedProcess | null = null;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'longshore-supervised-'))));
afterEach(async () => {
  await running?.stop();
  running = null;
  rmSync(folder, { recursive: true, force: true });
});

const stay = "console.log('up'); setInterval(() => undefined, 1000);";

function supervise(program: string, whenDone: ProcessPlan['whenDone'] = 'restart') {
  const script = join(folder, 'program.js');
  const logFile = join(folder, 'log');
  const said: string[] = [];
  writeFileSync(script, program);
  running = new SupervisedProcess({
    ...{ name: 'it', script, args: [], env: {}, logFile, recordFile: join(folder, 'record.json'), whenDone },
    say: (text) => said.push(text),
  });
  running.start();
  return { process: running, said, lines: () => readFileSync(logFile, 'utf8').split('\n').length - 1 };
}

async function until(holds: () => boolean): Promise<void> {
  for (const giveUpAt = performance.now() + 10_000; !holds();) {
    if (performance.now() > giveUpAt) throw new Error('it did not come to pass');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('SupervisedProcess', () => {
  it('starts again what was killed, and says so', async () => {
    const { process: it, said, lines } = supervise(stay);
    await until(() => lines() === 1);
    process.kill(it.pid ?? 0, 'SIGKILL');
    await until(() => lines() === 2);
    expect(said).toEqual(['it ended (SIGKILL); starting it again']);
  });

  it('leaves alone what ended with code 0 where that means that somebody stopped it', async () => {
    const { process: it, said } = supervise('process.exit(0)', 'leave');
    await until(() => said.length > 0);
    expect(said[0]).toMatch(/^it was stopped/);
    expect(it.pid).toBeNull();
  });

  it('stops with TERM and waits for the end', async () => {
    const { process: it, lines } = supervise(`process.on('SIGTERM', () => process.exit(0)); ${stay}`);
    await until(() => lines() === 1);
    const { pid } = it;
    await it.stop();
    expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH');
  });
});
