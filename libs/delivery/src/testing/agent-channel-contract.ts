/**
 * What every wire must do, whatever carries it: one suite over both wires and over the pair in memory
 * (docs/protocol.md, Web wire, JMS wire).
 */
import { limits } from '@longshore/protocol';
import { setTimeout as pause } from 'node:timers/promises';
import type { AgentChannel } from '../channel/agent-channel';
import type { ServerChannel } from '../channel/server-channel';
import { aCancel, aHello, aLargeCommand, aLargeEvent, anAcceptedStep, anAck, aWelcome, type Ends } from './messages';
import { type CommandsInMemory, type RecordingIntake, RecordingListener, until } from './recording';

export interface ChannelPair {
  readonly ends: Ends;
  readonly agent: AgentChannel;
  readonly server: ServerChannel;
  readonly intake: RecordingIntake;
  readonly commands: CommandsInMemory;
  /** What the agent's half refused. */
  readonly refusedByAgent: { readonly code: string }[];
  /** The largest message that the wire carries, as JSON; a signature and its encoding take their share. */
  readonly largestBytes: number;
  /** Puts something on the wire as the agent, past our own half's checks. */
  sendRaw(message: unknown): Promise<void>;
  /** The server puts something on the wire to the agent that is no message of ours. */
  sendRawToAgent(message: unknown): Promise<void>;
  /**
   * Opens a second channel against a peer with another key than the pinned one. Null where the wire has no keys.
   * Answers what the agent's half threw and told, and how many bytes the peer got out of TLS.
   */
  readonly openAgainstAnotherKey:
    null | (() => Promise<{ readonly listener: RecordingListener; readonly error: unknown; readonly bytes: number }>);
  close(): Promise<void>;
}

export function describeAgentChannelContract(name: string, makePair: () => Promise<ChannelPair>): void {
  // Longer than `until` waits, so that a failure says what it waited for.
  jest.setTimeout(60_000);
  describe(`agent channel over ${name}`, () => {
    let pair: ChannelPair;
    let listener: RecordingListener;

    const open = async (): Promise<void> => {
      listener = new RecordingListener();
      await pair.agent.open(listener);
    };

    beforeEach(async () => {
      pair = await makePair();
      await open();
    });

    afterEach(async () => {
      await pair.agent.close('test over');
      await pair.close();
    });

    it('carries a hello and its welcome', async () => {
      pair.intake.onWord = async ({ agentId }, word) => pair.server.send(agentId, aWelcome(pair.ends, word));
      const hello = aHello(pair.ends);
      await pair.agent.send(hello);
      await until(() => listener.messages.length === 1, 'the welcome is there');
      expect(pair.intake.words).toEqual([hello]);
      expect(listener.messages[0]).toMatchObject({ type: 'welcome', inReplyTo: hello.id, body: { helloId: hello.id } });
    });

    it('tells the intake who the peer is', async () => {
      const peers: unknown[] = [];
      pair.intake.onWord = async (peer) => void peers.push(peer);
      await pair.agent.send(aHello(pair.ends));
      await until(() => peers.length === 1, 'the word is there');
      expect(peers).toEqual([expect.objectContaining({ agentId: pair.ends.agentId, wire: pair.server.wire })]);
    });

    it('keeps the order of words in both directions', async () => {
      pair.intake.onWord = async () => pause(Math.random() * 3);
      for (let count = 1; count <= 50; count += 1) void pair.agent.send(aHello(pair.ends, count));
      for (let count = 1; count <= 50; count += 1) void pair.server.send(pair.ends.agentId, anAck(pair.ends, count));
      await until(() => pair.intake.words.length === 50 && listener.messages.length === 50, 'all are there');
      const inOrder = Array.from({ length: 50 }, (_, index) => index + 1);
      expect(pair.intake.words.map(({ count }) => count)).toEqual(inOrder);
      expect(listener.messages.map(({ count }) => count)).toEqual(inOrder);
    });

    it('hands over one message at a time and waits for the listener', async () => {
      const releases: (() => void)[] = [];
      listener.gate = () => new Promise((release) => releases.push(release));
      for (let count = 1; count <= 3; count += 1) await pair.server.send(pair.ends.agentId, anAck(pair.ends, count));
      for (let taken = 1; taken <= 3; taken += 1) {
        await until(() => listener.messages.length === taken, `message ${taken} is there`);
        await pause(30);
        expect(listener.messages).toHaveLength(taken);
        releases.shift()?.();
      }
    });

    it('closes when the listener rejects, and says so once', async () => {
      listener.gate = () => Promise.reject(new Error('disk full'));
      await pair.server.send(pair.ends.agentId, anAck(pair.ends, 1));
      await until(() => listener.closed.length > 0, 'the channel is closed');
      await pause(30);
      expect(listener.closed).toHaveLength(1);
      expect(listener.closed[0]?.reason).toBe('listener-failed');
    });

    it('submits events, in order, and learns what the store has', async () => {
      const events = Array.from({ length: 120 }, (_, index) => anAcceptedStep(pair.ends, index + 1));
      pair.intake.onEvents = async ({ agentId, wire }, { acks }) => {
        // On the web wire the answer itself acknowledges.
        if (wire === 'jms') await pair.server.send(agentId, anAck(pair.ends, acks[0]?.seq ?? 0));
      };
      const answer = await pair.agent.submit(events);
      const acked = (): number =>
        answer?.acks[0]?.seq ??
        Math.max(0, ...listener.messages.map((word) => (word.type === 'ack' ? (word.body.acks[0]?.seq ?? 0) : 0)));
      await until(() => acked() === 120, 'all are acknowledged');
      expect(pair.intake.arrivals).toEqual(events);
    });

    it('carries a message as large as allowed, and refuses a larger one', async () => {
      const room = pair.largestBytes - 1_000;
      await pair.agent.submit([aLargeEvent(pair.ends, 1, room)]);
      await until(() => pair.intake.events.size === 1, 'the event is there');
      pair.commands.commands.push(aLargeCommand(pair.ends, 1, room - 1_000));
      await pair.server.deliver(pair.ends.agentId, pair.commands.commands);
      await pair.agent.receiveCommands({ after: 0, epoch: 1 });
      await until(() => listener.messages.length === 1, 'the command is there');
      expect(JSON.stringify(listener.messages[0]).length).toBeGreaterThan(room - 1_000);

      await expect(pair.agent.submit([aLargeEvent(pair.ends, 2, limits.messageBytes)])).rejects.toMatchObject({
        severity: 'give-up',
      });
      await pair.sendRaw(aLargeEvent(pair.ends, 2, limits.messageBytes));
      await until(() => pair.intake.refused.length === 1, 'the large one is refused');
      expect(pair.intake.events.size).toBe(1);
    });

    it.each([
      ['an unknown type', { type: 'step.dance' }, 'MESSAGE_TYPE_UNKNOWN'],
      ['the name of another agent', { agentId: 'another' }, /ENVELOPE_FOREIGN/],
      ['another server', { serverId: '00000000-0000-4000-8000-000000000000' }, /ENVELOPE_FOREIGN/],
      ['a body that does not fit', { body: { lastGrant: 7 } }, 'INPUT_INVALID'],
      ['the wrong direction', { direction: 'server-to-agent' }, 'INPUT_INVALID'],
    ])('refuses a word with %s visibly, and goes on', async (_what, change, code) => {
      await pair.sendRaw({ ...aHello(pair.ends), ...change });
      await pair.agent.send(aHello(pair.ends, 2));
      await until(() => pair.intake.words.length === 1, 'the good word is there');
      expect(pair.intake.words[0]?.count).toBe(2);
      expect(pair.intake.refused.map((refused) => refused.code)).toEqual([
        typeof code === 'string' ? code : expect.stringMatching(code),
      ]);
      expect(pair.intake.refused[0]?.peer?.agentId).toBe(pair.ends.agentId);
    });

    it.each([
      ['an unknown type', { type: 'step.dance' }, 'MESSAGE_TYPE_UNKNOWN'],
      ['the name of another agent', { agentId: 'another' }, /ENVELOPE_FOREIGN/],
    ])('refuses a word of the server with %s visibly, and goes on', async (_what, change, code) => {
      await pair.sendRawToAgent({ ...anAck(pair.ends, 1), ...change });
      await pair.server.send(pair.ends.agentId, anAck(pair.ends, 2));
      await until(() => listener.messages.length === 1, 'the good word is there');
      expect(listener.messages[0]?.count).toBe(2);
      expect(pair.refusedByAgent.map((refused) => refused.code)).toEqual([
        typeof code === 'string' ? code : expect.stringMatching(code),
      ]);
    });

    it('delivers commands in order, those of the outbox and those that come later', async () => {
      const deliver = async (from: number, to: number): Promise<void> => {
        const fresh = Array.from({ length: to - from + 1 }, (_, index) => aCancel(pair.ends, from + index));
        pair.commands.commands.push(...fresh);
        await pair.server.deliver(pair.ends.agentId, fresh);
      };
      await deliver(1, 130);
      await pair.agent.receiveCommands({ after: 0, epoch: 1 });
      for (let seq = 131; seq <= 160; seq += 3) await deliver(seq, seq + 2);
      await until(() => new Set(listener.commandSeqs).size === 160, 'all commands are there');
      expect([...new Set(listener.commandSeqs)]).toEqual(Array.from({ length: 160 }, (_, index) => index + 1));
    });

    it('goes on after a reconnect', async () => {
      await pair.agent.close('a break');
      expect(listener.closed).toEqual([{ reason: 'a break', cause: null }]);
      await expect(pair.agent.send(aHello(pair.ends))).rejects.toMatchObject({ severity: 'retry' });
      await expect(pair.agent.submit([anAcceptedStep(pair.ends, 1)])).rejects.toMatchObject({ severity: 'retry' });
      await open();
      await pair.agent.submit([anAcceptedStep(pair.ends, 1)]);
      await until(() => pair.intake.events.size === 1, 'the event is there');
    });

    it('is closed by the server within a second', async () => {
      const began = performance.now();
      await pair.server.disconnect(pair.ends.agentId, 'removed');
      await until(() => listener.closed.length > 0, 'the channel is closed');
      expect(performance.now() - began).toBeLessThan(1_000);
      await pause(50);
      expect(listener.closed).toHaveLength(1);
    });

    it('sends nothing to a peer with another key, and tells both fingerprints', async () => {
      if (pair.openAgainstAnotherKey === null) return;
      const { listener: refused, error, bytes } = await pair.openAgainstAnotherKey();
      expect(error).toBeInstanceOf(Error);
      expect(bytes).toBe(0);
      expect(refused.closed).toEqual([]);
      expect(refused.pinsRefused).toEqual([
        expect.objectContaining({
          expected: [expect.stringMatching(/^sha256/)],
          presented: expect.stringMatching(/^sha256/),
        }),
      ]);
    });
  });
}
