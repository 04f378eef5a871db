import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { attemptIdSchema, agentIdSchema } from '@longshore/protocol';
import { logCompleteHeader, logLengthHeader } from '@longshore/rest-contract';
import {
  ApiAnswerInvalidError,
  ApiRefusedError,
  ApiUnreachableError,
  createLongshoreClient,
  type LongshoreClient,
} from './index';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const attemptId = attemptIdSchema.parse('0b8f7f0e-94ff-4a57-a1a5-0c3a3f1f6c11');
let server: Server;
let answer: Answer;
let client: LongshoreClient;

beforeEach(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  client = createLongshoreClient({ fetch, server: `http://127.0.0.1:${port}`, token: 'lst_x' });
});

afterEach(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

function answerJson(status: number, body: unknown): Answer {
  return (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function collect(pieces: AsyncIterable<{ bytes: Uint8Array }>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const { bytes } of pieces) all.push(bytes);
  return Buffer.concat(all).toString('latin1');
}

describe('a call', () => {
  it('carries the token and gives the parsed answer', async () => {
    let seen: IncomingMessage['headers'] = {};
    answer = (request, response) => {
      seen = request.headers;
      answerJson(200, { user: 'admin' })(request, response);
    };
    await expect(client.me()).resolves.toEqual({ user: 'admin' });
    expect(seen.authorization).toBe('Bearer lst_x');
  });

  it('leaves out what is not asked for in a query', async () => {
    let url = '';
    answer = (request, response) => {
      url = request.url ?? '';
      answerJson(200, { agents: [], total: 0 })(request, response);
    };
    await client.agents({ tag: 'a b', search: undefined });
    expect(url).toBe('/api/v1/agents?tag=a+b');
  });

  it("keeps a refusal's status, code, sentence and field", async () => {
    answer = answerJson(400, { error: { code: 'INPUT_INVALID', message: 'no', field: 'body.tags.0' } });
    const error = await client.updateAgent(agentIdSchema.parse('a-1'), { tags: ['!'] }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ApiRefusedError);
    expect(error).toMatchObject({
      status: 400,
      code: 'INPUT_INVALID',
      message: 'no',
      field: 'body.tags.0',
      severity: 'give-up',
    });
  });

  it('tells a refusal in a foreign form by its status', async () => {
    answer = (_request, response) => response.writeHead(502).end('<html>');
    await expect(client.me()).rejects.toMatchObject({ status: 502, code: 'HTTP_502', severity: 'retry' });
  });

  it('refuses an answer that is not the contract', async () => {
    answer = answerJson(200, { name: 'admin' });
    await expect(client.me()).rejects.toBeInstanceOf(ApiAnswerInvalidError);
    answer = (_request, response) => response.end('<html>');
    await expect(client.me()).rejects.toThrow('it is not JSON');
  });

  it('says that a server cannot be reached, and why', async () => {
    const nobody = createLongshoreClient({ fetch, server: 'http://127.0.0.1:1', token: null });
    await expect(nobody.me()).rejects.toBeInstanceOf(ApiUnreachableError);
    await expect(nobody.me()).rejects.toThrow('http://127.0.0.1:1 cannot be reached');
  });

  it("ends with the signal's reason when nobody waits any more", async () => {
    answer = () => undefined;
    await expect(client.me(AbortSignal.timeout(50))).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

describe('a log', () => {
  const text = Array.from({ length: 3000 }, (_, line) => `line ${line} \u00e9`).join('\n');
  const whole = Buffer.from(text, 'latin1');

  function serveLog(options: { readonly pieceBytes: number; readonly breakAt?: number }): {
    readonly offsets: number[];
  } {
    const offsets: number[] = [];
    let broken = false;
    answer = (request, response) => {
      const offset = Number(new URL(request.url ?? '', 'http://x').searchParams.get('offset'));
      offsets.push(offset);
      const bytes = whole.subarray(offset, offset + options.pieceBytes);
      const held = Math.min(whole.length, offset + options.pieceBytes);
      const complete = held === whole.length;
      response.writeHead(200, {
        [logLengthHeader]: held,
        [logCompleteHeader]: String(complete),
        'content-length': bytes.length,
      });
      if (offsets.length === options.breakAt && !broken) {
        broken = true;
        response.write(bytes.subarray(0, 10), () => response.destroy());
        return;
      }
      response.end(bytes);
    };
    return { offsets };
  }

  it('is read to its end, exactly', async () => {
    serveLog({ pieceBytes: 7001 });
    expect(await collect(client.followLog({ attemptId, stream: 'stdout' }))).toBe(text);
  });

  it('goes on from an offset', async () => {
    serveLog({ pieceBytes: 7001 });
    expect(await collect(client.followLog({ attemptId, stream: 'stdout', offset: 100 }))).toBe(text.slice(100));
  });

  it('asks again for a piece that broke off, and loses or doubles nothing', async () => {
    const { offsets } = serveLog({ pieceBytes: 9000, breakAt: 2 });
    expect(await collect(client.followLog({ attemptId, stream: 'stdout' }))).toBe(text);
    expect(offsets.slice(0, 3)).toEqual([0, 9000, 9000]);
  });

  it('without follow ends at what the server holds', async () => {
    answer = (request, response) => {
      const offset = Number(new URL(request.url ?? '', 'http://x').searchParams.get('offset'));
      response.writeHead(200, { [logLengthHeader]: 4, [logCompleteHeader]: 'false' }).end('half'.slice(offset));
    };
    expect(await collect(client.followLog({ attemptId, stream: 'stderr', follow: false }))).toBe('half');
  });

  it('does not wait for a refusal to change', async () => {
    answer = answerJson(404, { error: { code: 'ATTEMPT_UNKNOWN', message: 'there is no such attempt' } });
    await expect(collect(client.followLog({ attemptId, stream: 'stdout' }))).rejects.toMatchObject({ status: 404 });
  });

  it('gives up an unreachable server when its patience is over', async () => {
    answer = (request) => request.socket.destroy();
    const reading = client.followLog({ attemptId, stream: 'stdout', patienceMs: 0 });
    await expect(collect(reading)).rejects.toBeInstanceOf(ApiUnreachableError);
  });
});

describe('live events', () => {
  it('come one by one, however the bytes are cut', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': hello\n\ndata: {"topic":"age');
      setTimeout(() => response.end('nts"}\n\nid: 2\ndata: {"topic":"run","id":"r"}\n\ndata: {"topic":"new"}\n\n'), 20);
    };
    const seen: unknown[] = [];
    for await (const sign of client.liveEvents()) seen.push(sign);
    expect(seen).toEqual([{ topic: 'connected' }, { topic: 'agents' }, { topic: 'run', id: 'r' }]);
  });
});
