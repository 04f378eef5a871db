import type { MessageId, Welcome } from '@longshore/protocol';
import { type AgentSideStreams, decideWelcome } from './decide-welcome';

const id = (name: string) => name as MessageId;
const received = (highest: number) => ({ highest, highestId: highest === 0 ? null : id(`m${highest}`) });
const held = (highest: number) => ({ lowest: highest === 0 ? 0 : 1, ...received(highest) });

const agent: AgentSideStreams = {
  newestHelloId: id('hello'),
  held: { control: held(20), work: held(5) },
  commandsReceived: received(8),
};

const aWelcome = (changes: { helloId?: string; control?: number; work?: number; commands?: number } = {}): Welcome => ({
  helloId: id(changes.helloId ?? 'hello'),
  grant: { epoch: 3, nonce: '0123456789abcdef' },
  received: { control: received(changes.control ?? 18), work: received(changes.work ?? 5) },
  held: { commands: held(changes.commands ?? 12) },
  attempts: [],
  statements: [],
  brokers: null,
  configuration: { heartbeatMs: 15_000, maxParallel: null, identity: 'keep' },
  reconnectSlotMs: 0,
});

describe('decideWelcome', () => {
  it('sends again what the server does not have', () => {
    expect(decideWelcome(agent, aWelcome())).toEqual({ verdict: 'accept', resendAfter: { control: 18, work: 5 } });
  });
  it('ignores a welcome to an older hello', () => {
    expect(decideWelcome(agent, aWelcome({ helloId: 'older' }))).toEqual({ verdict: 'stale' });
  });
  it.each([
    ['has sent fewer commands than arrived here', { commands: 7 }],
    ['has received more control messages than were sent', { control: 21 }],
    ['has received more work than was sent', { work: 6 }],
  ])('notices a server that %s', (_what, changes) => {
    expect(decideWelcome(agent, aWelcome(changes)).verdict).toBe('server-rolled-back');
  });
});
