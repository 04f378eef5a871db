import { StepHostLink } from '../step-host-link/step-host-link';
import type { SettledVerdict } from '../step-host-link/settle-attempt';
import { AgentHome, removeBundles } from '../testing/agent-home';
import { awaitEnd } from './await-end';

const exit = {
  ...{ exitCode: 7, signal: null, spawnError: null, lengths: { stdout: 0, stderr: 0 } },
  ...{ endedAt: new Date().toISOString(), wallMs: 1 },
};

class AnsweringLink extends StepHostLink {
  asked = 0;
  answer: SettledVerdict = { kind: 'running' };
  override async status(): Promise<SettledVerdict> {
    this.asked += 1;
    return this.answer;
  }
}

let home: AgentHome;
let link: AnsweringLink;
beforeEach(() => {
  home = new AgentHome();
  link = new AnsweringLink(home.place);
});
afterEach(() => home.remove());
afterAll(removeBundles);

const awaited = (stop = new AbortController().signal) => ({ attemptId: 'a', timeoutMs: null, link, stop });

it('sees at once that a short step ended before anybody listened', async () => {
  link.answer = { kind: 'exited', exit };
  const begunMs = performance.now();
  expect(await awaitEnd(awaited(), { kind: 'running' })).toEqual({ kind: 'exited', exit });
  expect(performance.now() - begunMs).toBeLessThan(500);
});

it('takes the notice for an answer', async () => {
  const ending = awaitEnd(awaited(), { kind: 'running' });
  setTimeout(() => link.events.emit('exited', 'another', { ...exit, exitCode: 1 }), 10);
  setTimeout(() => link.events.emit('exited', 'a', exit), 20);
  expect(await ending).toEqual({ kind: 'exited', exit });
  expect(link.asked).toBe(1);
  expect(link.events.listenerCount('exited')).toBe(0);
  expect(link.events.listenerCount('lost')).toBe(0);
});

it('looks again when the connection is lost', async () => {
  const ending = awaitEnd(awaited(), { kind: 'running' });
  setTimeout(() => {
    link.answer = { kind: 'exited', exit };
    link.events.emit('lost');
  }, 20);
  expect(await ending).toMatchObject({ exit: { exitCode: 7 } });
  expect(link.asked).toBe(2);
});

it('stops waiting when it is told to', async () => {
  const stop = new AbortController();
  const ending = awaitEnd(awaited(stop.signal), { kind: 'running' });
  setTimeout(() => stop.abort(), 20);
  await expect(ending).rejects.toThrow('aborted');
  expect(link.events.listenerCount('lost')).toBe(0);
});
