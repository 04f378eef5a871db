import { createHash, randomBytes } from 'node:crypto';
import type { AttemptId } from '@longshore/protocol';
import { useDatabases } from '@longshore/testing';
import { anAgent, type AnAgent } from '../testing/an-agent';
import { anAttempt } from '../testing/an-attempt';
import { type Answered, aServer, type AServer, codeIn, parse } from '../testing/a-server';

const aDatabase = useDatabases();

describe('logs over HTTPS', () => {
  let server: AServer;
  let agent: AnAgent;
  let attemptId: AttemptId;

  beforeAll(async () => {
    server = await aServer(await aDatabase());
    agent = await anAgent(server, { name: 'logger' });
  });
  beforeEach(async () => {
    attemptId = await anAttempt(server.running.database, 'logger');
  });
  afterAll(() => server.stop());

  const put = (range: string, octets: Buffer): Promise<Answered> =>
    agent.ask(`/agent/v1/attempts/${attemptId}/log/stdout`, {
      method: 'PUT',
      octets,
      headers: { 'content-range': range },
    });
  const get = (query: string): Promise<Answered> => server.asAdmin(`/api/v1/attempts/${attemptId}/log/stdout?${query}`);
  const headersOf = ({ headers }: Answered): unknown[] => [
    headers['longshore-log-length'],
    headers['longshore-log-complete'],
  ];

  it('come in pieces and go out from any offset', async () => {
    expect(parse((await put('bytes 0-4/*', Buffer.from('hello'))).text)).toEqual({ length: 5 });
    const conflict = await put('bytes 9-9/*', Buffer.from('x'));
    expect([conflict.status, codeIn(conflict), parse<{ length: number }>(conflict.text).length]).toEqual([
      409,
      'LOG_OFFSET_CONFLICT',
      5,
    ]);
    const open = await get('offset=1&limit=3');
    expect([open.text, ...headersOf(open)]).toEqual(['ell', '5', 'false']);
    expect((await put('bytes */5', Buffer.alloc(0))).status).toBe(200);
    const done = await get('offset=5&waitMs=30000');
    expect([done.status, done.text, ...headersOf(done)]).toEqual([200, '', '5', 'true']);
    expect((await get('offset=6')).status).toBe(416);
  });

  it('are held back until there is more', async () => {
    const started = performance.now();
    const waiting = get('offset=0&waitMs=10000');
    setTimeout(() => void put('bytes 0-2/*', Buffer.from('now')), 300);
    expect((await waiting).text).toBe('now');
    expect(performance.now() - started).toBeLessThan(3_000);
    expect((await get('offset=3&waitMs=200')).text).toBe('');
  });

  it('are the same bytes on both sides, whatever they are', async () => {
    const log = randomBytes(9_000_000);
    const piece = 4 * 1024 * 1024;
    for (let at = 0; at < log.length; at += piece) {
      const bytes = log.subarray(at, at + piece);
      expect((await put(`bytes ${at}-${at + bytes.length - 1}/*`, bytes)).status).toBe(200);
    }
    const halves = [await get('limit=8388608'), await get('offset=8388608&limit=8388608')];
    const digest = createHash('sha256')
      .update(Buffer.concat(halves.map(({ octets }) => octets)))
      .digest('hex');
    expect(digest).toBe(createHash('sha256').update(log).digest('hex'));
  });

  it.each([
    ['no range', '', Buffer.from('x'), 400],
    ['a range that says more than comes', 'bytes 0-9/*', Buffer.from('short'), 400],
    ['a range that says less than comes', 'bytes 0-1/*', Buffer.from('long'), 400],
    ['more than a piece may hold', 'bytes 0-4194304/*', Buffer.alloc(4_194_305), 400],
  ])('are refused with %s, and nothing is kept', async (_, range, octets, status) => {
    expect((await put(range, octets)).status).toBe(status);
    expect(headersOf(await get(''))[0]).toBe('0');
  });
});
