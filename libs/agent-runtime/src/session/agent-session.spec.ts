import { setTimeout as pause } from 'node:timers/promises';
import type { AgentConfiguration, AgentStatus, AttemptDecision, CommandMessage, PinRefused } from '@longshore/protocol';
import type { UnsequencedToServer } from '@longshore/delivery';
import { bootClock } from '../home/boot-clock';
import { Journal } from '../journal/journal';
import { aRunCommand, aRunStep, anOwner, anotherServerLife } from '../testing/a-command';
import { aHome } from '../testing/a-place';
import { ScriptedServer } from '../testing/scripted-server';
import { AgentSession } from './agent-session';
import { type SelfDescription, SessionHost } from './session-host';
import type { Finding, SessionEnd, SessionState } from './session-state';
import { WordComposer } from './word-composer';

class RecordingHost extends SessionHost {
  readonly carriedOut: CommandMessage[] = [];
  readonly decisions: AttemptDecision[] = [];
  readonly workAfter: number[] = [];
  readonly states: SessionState[] = [];
  readonly ends: SessionEnd[] = [];
  finding: Finding | null = null;
  looking: Promise<void> | null = null;

  override describe(): SelfDescription {
    const facts = {
      hostname: 'quay',
      platform: 'linux',
      architecture: 'x64',
      cpus: 1,
      agentVersion: '0',
      nodeVersion: '24',
    };
    return {
      bootId: 'b',
      pins: [],
      sealingKey: '',
      facts,
      maxParallel: 4,
      versions: { protocol: 1, agent: '0', journal: 1 },
    };
  }
  override status(): AgentStatus {
    const load = { maxParallel: 4, running: 0, waiting: 0, diskFreeBytes: null, httpRoundTripAgeMs: null };
    return { ...load, worker: 'running', uptimeMs: 1, refusesWork: null };
  }
  override carryOut(commands: readonly CommandMessage[]): void {
    this.carriedOut.push(...commands);
  }
  override decide(decisions: readonly AttemptDecision[]): void {
    this.decisions.push(...decisions);
  }
  override resendWork(after: number): void {
    this.workAfter.push(after);
  }
  override welcome(_configuration: AgentConfiguration): void {}
  override async lookInto(ended: SessionEnd): Promise<Finding | null> {
    this.ends.push(ended);
    await this.looking;
    return this.finding;
  }
  override sessionChanged(state: SessionState): void {
    this.states.push(state);
  }
  override pinRefused(_refused: PinRefused): void {}
  override note(): void {}
}

const welcomeAndAnswer = (word: UnsequencedToServer, server: ScriptedServer): void => {
  if (word.type === 'hello') server.welcome();
  if (word.type === 'agent.status') server.say('ack', { acks: [] }, word.id);
};

describe('a session', () => {
  let home: ReturnType<typeof aHome>;
  let journal: Journal;
  let host: RecordingHost;
  let session: AgentSession;
  beforeEach(async () => {
    home = aHome();
    journal = await Journal.open(home, anOwner);
    host = new RecordingHost();
  });
  afterEach(async () => {
    await session.stop('the test ends');
    journal.close();
    home.remove();
  });

  function dial(onWord = welcomeAndAnswer): ScriptedServer {
    const server = new ScriptedServer(onWord);
    const composer = new WordComposer(anOwner, journal);
    session = new AgentSession({ channel: server, journal, host, composer, clock: bootClock });
    void session.run();
    return server;
  }
  const until = async (isSo: () => boolean): Promise<void> => {
    for (const giveUpAt = performance.now() + 4_000; !isSo(); await pause(5)) {
      if (performance.now() > giveUpAt) throw new Error('it never came');
    }
  };
  const online = () => until(() => session.state.phase === 'online');

  it('opens, records commands before it acknowledges them, hands events over, and takes its leave', async () => {
    const server = dial();
    await online();
    const order = aRunStep();
    server.deliver(aRunCommand(1, order));
    await until(() => host.carriedOut.length === 1);
    await journal.appendEvent('step.accepted', { attemptId: order.attemptId });
    session.eventsWait();
    await until(() => journal.acknowledgedUpTo('control') === 1);
    await session.stop('done');
    expect(server.transcript).toEqual([
      'agent --- server  open',
      'agent --> server  hello last epoch -, commands 0',
      'agent <-- server  welcome',
      'agent --> server  commands after 0 in epoch 1',
      'agent <-- server  step.run 1',
      'agent --> server  ack commands 1',
      'agent --> server  step.accepted control 1',
      'agent --> server  bye shutting-down',
      'agent -/- server  stopped',
    ]);
  });

  it('comes back with its cursors, says what is open, and sends again what was not acknowledged', async () => {
    const server = dial();
    server.answersEvents = false;
    await online();
    const order = aRunStep();
    server.deliver(aRunCommand(1, order));
    await until(() => host.carriedOut.length === 1);
    await journal.appendEvent('step.accepted', { attemptId: order.attemptId });
    session.eventsWait();
    await until(() => server.transcript.some((line) => line.includes('step.accepted')));
    server.received.control = 0;
    server.transcript.length = 0;
    server.cut('reset');
    await until(() => server.transcript.some((line) => line.includes('in epoch 2')));
    expect(server.transcript).toEqual([
      'agent -/- server  reset',
      'agent --- server  open',
      'agent --> server  hello last epoch 1, commands 1, 1 open',
      'agent <-- server  welcome',
      'agent --> server  step.accepted control 1',
      'agent --> server  commands after 1 in epoch 2',
    ]);
  });

  it('repeats a hello whose welcome was lost under the same id', async () => {
    const hellos: string[] = [];
    const server = dial((word, peer) => {
      if (word.type !== 'hello') return;
      hellos.push(word.id);
      if (hellos.length === 1) peer.cut('reset');
      else peer.welcome();
    });
    await online();
    expect(new Set(hellos).size).toBe(1);
    expect(server.transcript).toContain('agent --> server  hello (again) last epoch -, commands 0');
    expect(journal.lastGrant?.epoch).toBe(1);
  });

  it('ignores a welcome that answers another hello', async () => {
    const server = dial((word, peer) => {
      if (word.type === 'hello') peer.welcome({ helloId: word.body.previousHelloId ?? (anOwner.serverId as never) });
    });
    await until(() => server.transcript.includes('agent <-- server  welcome'));
    await pause(50);
    expect(session.state.phase).toBe('connecting');
    expect(journal.lastGrant).toBeNull();
  });

  it('says hello again when the server lives anew, and begins its numbers anew', async () => {
    const server = dial();
    await online();
    server.deliver(aRunCommand(1));
    await until(() => host.carriedOut.length === 1);
    server.life = anotherServerLife;
    server.say('resync', { after: {}, reason: 'a new start' });
    await until(() => journal.serverIncarnation === anotherServerLife);
    server.deliver(aRunCommand(1));
    await until(() => host.carriedOut.length === 2);
    await until(() => server.transcript.at(-1) === 'agent --> server  ack commands 1');
    expect(server.transcript.slice(-6)).toEqual([
      'agent <-- server  resync',
      'agent --> server  hello last epoch 1, commands 1, 1 open',
      'agent <-- server  welcome',
      'agent --> server  commands after 0 in epoch 2',
      'agent <-- server  step.run 1',
      'agent --> server  ack commands 1',
    ]);
  });

  it('closes a line on which two heartbeats went unanswered, and dials again', async () => {
    const server = dial((word, peer) => {
      if (word.type === 'hello') peer.welcome();
    });
    server.heartbeatMs = 60;
    await online();
    await until(() => server.transcript.filter((line) => line.includes('open')).length > 1);
    expect(server.transcript).toContain('agent -/- server  lost');
    expect(host.states.some(({ problem }) => problem === 'heartbeat-lost')).toBe(true);
  });

  it('lets an attempt start only in its epoch and while the server answers', async () => {
    dial();
    expect(session.decideStart(aRunStep())).toMatchObject({ verdict: 'wait' });
    await online();
    expect(session.decideStart(aRunStep({ startEpoch: 1 }))).toEqual({ verdict: 'start' });
    expect(session.decideStart(aRunStep({ startEpoch: 2 }))).toMatchObject({ verdict: 'wait' });
  });

  it.each([
    ['forgotten', 'refused'],
    ['credentials-changed', 'waiting'],
  ] as const)('looks into a bye that says %s, and is %s until it dials again', async (reason, phase) => {
    const server = dial();
    await online();
    host.states.length = 0;
    server.say('bye', { reason, text: '', retryAfterMs: null });
    await until(() => host.states.some((state) => state.phase === phase));
    expect(host.ends).toEqual([{ end: 'bye', reason, text: '', retryAfterMs: null }]);
    session.redial('at once');
    await online();
  });

  it('lets a bye of an earlier session, which the wire delivers late, end nothing', async () => {
    const server = dial();
    await online();
    server.cut('reset');
    await until(() => host.ends.length === 1);
    session.redial('at once');
    await online();
    server.epoch -= 1;
    server.say('bye', { reason: 'credentials-changed', text: '', retryAfterMs: null });
    server.epoch += 1;
    server.say('bye', { reason: 'removed', text: '', retryAfterMs: null });
    await until(() => host.ends.length === 2);
    expect(host.ends[1]).toMatchObject({ end: 'bye', reason: 'removed' });
  });

  it('dials at once what was cured, and says in its state what was found of the rest', async () => {
    const server = dial();
    await online();
    server.unreachable = 'closed without a word';
    server.cut('reset');
    await until(() => host.ends.length > 1);
    expect(host.ends[1]).toMatchObject({ end: 'unreachable', cause: new Error('closed without a word') });
    host.finding = { finding: 'refused', problem: 'API_KEY_REFUSED: put another in place' };
    await until(() => session.state.phase === 'refused');
    expect(session.state.problem).toBe('API_KEY_REFUSED: put another in place');
    host.finding = { finding: 'cured' };
    session.redial('look again');
    await until(() => session.state.phase === 'waiting');
    server.unreachable = null;
    await online();
    expect(session.state.problem).toBeNull();
  });

  it('is not alive while the end is looked into, and stops without waiting for what is found', async () => {
    const server = dial();
    await online();
    host.looking = new Promise(() => undefined);
    server.cut('reset');
    await until(() => host.ends.length === 1);
    expect(session.state).toMatchObject({ phase: 'waiting', epoch: null, problem: 'reset' });
    expect(session.decideStart(aRunStep({ startEpoch: 1 }))).toMatchObject({ verdict: 'wait' });
    await session.stop('done');
    expect(session.state.phase).toBe('stopped');
  });

  it('opens a new session when it is told that its credentials are others', async () => {
    const server = dial();
    await online();
    session.redial('another pin');
    await until(() => server.transcript.some((line) => line.includes('in epoch 2')));
    expect(server.transcript).toContain('agent -/- server  lost');
  });

  it('gives up what the server abandons, and stays away for long when it is refused', async () => {
    const server = dial();
    await online();
    const order = aRunStep();
    server.deliver(aRunCommand(1, order));
    await until(() => host.carriedOut.length === 1);
    server.cut('reset');
    server.unreachable = 'refused';
    await until(() => session.state.phase === 'waiting');
    expect(journal.openAttempts()).toHaveLength(1);
    server.unreachable = null;
    const abandoned = { attemptId: order.attemptId, decision: 'abandon' } as const;
    const original = server.welcome.bind(server);
    server.welcome = () => original({ attempts: [abandoned] });
    await until(() => host.decisions.length === 1);
    expect(journal.openAttempts()).toEqual([]);
    server.say('bye', { reason: 'duplicate-identity', text: 'two of you', retryAfterMs: null });
    await until(() => session.state.phase === 'refused');
    expect(session.state.problem).toBe('duplicate-identity: two of you');
  });
});
