import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  agentOfType,
  client,
  closeClient,
  dataFolder,
  logOf,
  startShell,
  until,
  untilEnded,
  untilRunning,
} from './installation/installation';

afterAll(closeClient);

const script = 'for i in $(seq 20); do echo "line $i"; sleep 0.25; done; exit 5';
const wholeLog = Array.from({ length: 20 }, (_, i) => `line ${i + 1}\n`).join('');

const brokerPid = (): number =>
  (JSON.parse(readFileSync(join(dataFolder, 'broker/node.json'), 'utf8')) as { node: { pid: number } }).node.pid;

describe('when the broker dies with work in flight', () => {
  it.each([
    ['by kill -9', () => undefined],
    [
      'by kill -9 and its data folder is deleted',
      () => rmSync(join(dataFolder, 'broker/data'), { recursive: true, force: true }),
    ],
  ])('%s: the running step and one that is started meanwhile end once', async (_how, alsoLose) => {
    const jms = agentOfType('jms');
    const running = await startShell({ script, agents: [jms] });
    await untilRunning(running.id, 1);
    const pid = brokerPid();
    process.kill(pid, 'SIGKILL');
    alsoLose();
    const later = await startShell({ script: 'echo later', agents: [jms] });
    const [first, second] = await Promise.all([untilEnded(running.id, 110_000), untilEnded(later.id, 110_000)]);
    expect(first.items[0]?.attempts).toHaveLength(1);
    expect(first.items[0]?.attempts[0]).toMatchObject({ outcome: 'failed', exitCode: 5 });
    expect((await logOf(first, jms.id)).toString()).toBe(wholeLog);
    expect((await logOf(second, jms.id)).toString()).toBe('later\n');
    expect(brokerPid()).not.toBe(pid);
    expect(existsSync(join(dataFolder, 'broker/data'))).toBe(true);
    await until('the JMS agent online', 60_000, async () => (await client.agent(jms.id)).connection === 'online');
  });
});
