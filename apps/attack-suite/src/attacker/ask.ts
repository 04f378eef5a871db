/** One request as its writer wrote it: any key, any header, any spelling of the address; no pin is looked at. */
import type { Identity } from '@longshore/pinning';
import { createPinnedDispatcher } from '@longshore/tls';

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly octets?: Buffer;
  readonly identity?: Pick<Identity, 'certificatePem' | 'privateKeyPem'>;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly code: string | null;
}

export async function ask(port: number, path: string, asking: Asking = {}): Promise<Answered> {
  const line = openLine(port, asking.identity);
  try {
    return await line.ask(path, asking);
  } finally {
    await line.close();
  }
}

export interface Line {
  ask(path: string, asking?: Asking): Promise<Answered>;
  close(): Promise<void>;
}

/** A connection that is kept for the next request. */
export function openLine(port: number, identity?: Asking['identity']): Line {
  const dispatcher = createPinnedDispatcher({
    ...{ isPinned: () => true, connections: 1, keepAliveMs: 60_000, headersTimeoutMs: 15_000, bodyTimeoutMs: 15_000 },
    ...(identity === undefined ? {} : { identity }),
  });
  return {
    close: () => dispatcher.destroy(),
    ask: async (path, { method = 'GET', headers, body, octets } = {}) => {
      const type = octets !== undefined ? 'application/octet-stream' : body === undefined ? null : 'application/json';
      const answer = await dispatcher.request({
        origin: `https://127.0.0.1:${port}`,
        path,
        method: method as 'GET',
        headers: { ...(type === null ? {} : { 'content-type': type }), ...headers },
        body: octets ?? (body === undefined ? null : JSON.stringify(body)),
      });
      const text = await answer.body.text();
      return { status: answer.statusCode, text, code: codeIn(text) };
    },
  };
}

function codeIn(text: string): string | null {
  try {
    return (JSON.parse(text) as { error?: { code?: string } }).error?.code ?? null;
  } catch {
    return null;
  }
}
