import { randomUUID } from 'node:crypto';
import { InputInvalidError } from './errors';
import { limits } from './limits';
import { MessageTooLargeError, MessageTypeUnknownError, parseMessage, parseMessageText } from './message';

const anEnvelope = (changes: Record<string, unknown> = {}) => ({
  v: 1,
  type: 'step.accepted',
  id: randomUUID(),
  serverId: randomUUID(),
  serverIncarnation: null,
  agentId: 'web-1',
  incarnation: randomUUID(),
  epoch: 3,
  direction: 'agent-to-server',
  stream: 'control',
  seq: 1,
  at: '2026-01-01T00:00:00Z',
  body: { attemptId: randomUUID() },
  ...changes,
});

const problemOf = (raw: unknown): unknown => {
  try {
    return parseMessage(raw, 'agent-to-server');
  } catch (error) {
    return error;
  }
};

describe('parseMessage', () => {
  it('reads a message and drops fields that this version does not know', () => {
    const message = parseMessage({ ...anEnvelope(), colour: 'red' }, 'agent-to-server');
    expect(message.type).toBe('step.accepted');
    expect(message).not.toHaveProperty('colour');
  });

  it.each([
    ['body.attemptId', { body: { attemptId: 'x' } }],
    ['agentId', { agentId: 'Not An Id' }],
    ['seq', { seq: undefined }],
    ['seq', { seq: 0 }],
    ['stream', { stream: 'work' }],
    ['direction', { direction: 'server-to-agent' }],
    ['direction', { type: 'step.run', stream: 'commands' }],
    ['count', { type: 'agent.status', stream: undefined, seq: undefined }],
    ['v', { v: 2 }],
    ['epoch', { epoch: -1 }],
  ])('names %s as the field at fault in %j', (field, changes) => {
    const problem = problemOf(anEnvelope(changes));
    expect(problem).toBeInstanceOf(InputInvalidError);
    expect((problem as InputInvalidError).field).toBe(field);
  });

  it.each(['nonsense', 'constructor', '__proto__'])('refuses the unknown type %s by name', (type) => {
    expect(problemOf(anEnvelope({ type }))).toBeInstanceOf(MessageTypeUnknownError);
  });

  it('refuses an oversize text before it parses it, and text that is not JSON', () => {
    expect(() => parseMessageText('x'.repeat(limits.messageBytes + 1), 'agent-to-server')).toThrow(
      MessageTooLargeError,
    );
    expect(() => parseMessageText('{', 'agent-to-server')).toThrow(InputInvalidError);
  });
});
