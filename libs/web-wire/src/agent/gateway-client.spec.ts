import type { ServerResponse } from 'node:http';
import { limits } from '@longshore/protocol';
import { aCancel, anAcceptedStep, anAgentId, anAttemptId, aServerId } from '../../../delivery/src/testing/messages';
import { until } from '../../../delivery/src/testing/recording';
import { type FakeGateway, openFakeGateway } from '../testing/http-fake';
import { GatewayRefusedError, GatewayUnreachableError, LogOffsetConflictError } from '../gateway-errors';

const ends = { agentId: anAgentId(), serverId: aServerId() };
let gateway: FakeGateway;
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  gateway = await openFakeGateway((response) => answer(response));
});
afterEach(() => gateway.close());

const json = (status: number, body: unknown) => (response: ServerResponse) =>
  void response.writeHead(status).end(JSON.stringify(body));

describe('gateway client', () => {
  it('puts a piece of log with its range and its API key', async () => {
    answer = json(200, { length: 15 });
    const piece = { attemptId: anAttemptId(), stream: 'stdout', offset: 10, bytes: Buffer.from('12345') } as const;
    expect(await gateway.client.putLog(piece)).toEqual({ length: 15 });
    expect(gateway.requests).toEqual([
      expect.objectContaining({ line: `PUT /agent/v1/attempts/${piece.attemptId}/log/stdout`, body: '12345' }),
    ]);
    expect(gateway.requests[0]?.headers).toMatchObject({
      'content-range': 'bytes 10-14/*',
      authorization: 'Bearer lsk_0_secret',
    });
  });

  it('says where the log of the server ends', async () => {
    answer = json(409, { length: 7 });
    const piece = { attemptId: anAttemptId(), stream: 'stderr', offset: 10, bytes: Buffer.from('12345') } as const;
    const problem: unknown = await gateway.client.putLog(piece).catch((cause: unknown) => cause);
    expect(problem).toBeInstanceOf(LogOffsetConflictError);
    expect(problem).toMatchObject({ length: 7, severity: 'retry' });
  });

  it('tells a refusal with its code from an answer that only says later', async () => {
    answer = json(403, { error: { code: 'AGENT_NOT_APPROVED', message: 'wait' } });
    await expect(gateway.client.ping()).rejects.toMatchObject({
      reason: 'AGENT_NOT_APPROVED',
      severity: 'give-up',
      status: 403,
    });
    answer = json(503, { error: { code: 'STARTING', message: 'soon' } });
    await expect(gateway.client.ping()).rejects.toBeInstanceOf(GatewayUnreachableError);
  });

  it('calls a broken line and a closed port unreachable', async () => {
    answer = (response) => void response.socket?.destroy();
    await expect(gateway.client.ping()).rejects.toBeInstanceOf(GatewayUnreachableError);
    await gateway.close();
    await expect(gateway.client.ping()).rejects.toMatchObject({ severity: 'retry' });
  });

  it('posts many events in several requests and adds the answers up', async () => {
    answer = json(200, { acks: [{ stream: 'control', seq: 1 }], refused: [] });
    const events = Array.from({ length: limits.eventsPerRequest + 1 }, (_, index) => anAcceptedStep(ends, index + 1));
    expect(await gateway.client.postEvents(events)).toEqual({ acks: [{ stream: 'control', seq: 1 }], refused: [] });
    const sent = gateway.requests.map(({ body }) => (JSON.parse(body) as { messages: unknown[] }).messages.length);
    expect(sent).toEqual([limits.eventsPerRequest, 1]);
  });
});

describe('command stream', () => {
  const fetchCommands = (
    onMessage: () => Promise<void> = async () => undefined,
    signal = new AbortController().signal,
  ) => {
    const refused: { code: string }[] = [];
    const to = { onMessage, onRefused: (problem: { code: string }) => void refused.push(problem) };
    return { refused, ended: gateway.client.fetchCommands({ after: 3, epoch: 2 }, to, signal) };
  };

  it('does not read on while the listener is busy', async () => {
    let written = 0;
    answer = (response) => {
      response.writeHead(200);
      const line = `${JSON.stringify({ ...aCancel(ends, 1), padding: 'x'.repeat(100_000) })}\n`;
      const write = (): void => {
        do written += 1;
        while (response.write(line) && written < 1_000);
      };
      response.on('drain', write);
      write();
    };
    const [stop, busy] = [new AbortController(), Promise.withResolvers<void>()];
    const { ended } = fetchCommands(() => busy.promise, stop.signal);
    await until(() => written > 0, 'something was written');
    await new Promise((resolve) => setTimeout(resolve, 200));
    // 30 MB would have gone through by now; the buffers of both sockets hold some.
    expect(written).toBeLessThan(200);
    stop.abort();
    busy.resolve();
    await ended;
    expect(gateway.requests[0]?.line).toBe('GET /agent/v1/commands?after=3&epoch=2');
  });

  it('notices a stream that has gone silent', async () => {
    answer = (response) => void response.writeHead(200).write('\n');
    await expect(fetchCommands().ended).rejects.toBeInstanceOf(GatewayUnreachableError);
  });

  it('stays on a stream that only shows that it is alive', async () => {
    let beats = 0;
    answer = (response) => {
      response.writeHead(200);
      const timer = setInterval(() => (++beats === 6 ? response.end() : response.write('\n')), 100);
      response.on('close', () => clearInterval(timer));
    };
    await fetchCommands().ended;
    expect(beats).toBe(6);
  });

  it('refuses a line that is longer than a message', async () => {
    answer = (response) => void response.writeHead(200).write('x'.repeat(limits.messageBytes + 2));
    const { refused, ended } = fetchCommands();
    await expect(ended).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
    expect(refused).toEqual([expect.objectContaining({ code: 'MESSAGE_TOO_LARGE' })]);
  });

  it('passes over what it does not know, visibly', async () => {
    const lines = [{ ...aCancel(ends, 4), type: 'step.dance' }, aCancel(ends, 5)];
    answer = (response) =>
      void response.writeHead(200).end(lines.map((line) => `${JSON.stringify(line)}\n`).join('') + 'no json\n');
    let taken = 0;
    const { refused, ended } = fetchCommands(async () => void (taken += 1));
    await ended;
    expect(taken).toBe(1);
    expect(refused.map(({ code }) => code)).toEqual(['MESSAGE_TYPE_UNKNOWN', 'INPUT_INVALID']);
  });

  it('throws what the listener throws', async () => {
    answer = (response) => void response.writeHead(200).write(`${JSON.stringify(aCancel(ends, 4))}\n`);
    await expect(fetchCommands(() => Promise.reject(new Error('disk full'))).ended).rejects.toThrow('disk full');
  });

  it('is refused with a code', async () => {
    answer = json(409, { error: { code: 'EPOCH_OUTDATED', message: 'newer session' } });
    await expect(fetchCommands().ended).rejects.toBeInstanceOf(GatewayRefusedError);
  });
});
