/** A real server for specs: own data folder, free ports, both listeners, real TLS. Stop it in `afterAll`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Identity } from '@longshore/pinning';
import { createPinnedDispatcher } from '@longshore/tls';
import { createServerLog } from '../config/server-log';
import { readServerSettings, type ServerSettings } from '../config/server-settings';
import { type RunningServer, startServer } from '../start-server';

export const adminPassword = 'correct horse battery';

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly octets: Buffer;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly octets?: Buffer;
  /** The key that is shown; only the agent port asks for it. */
  readonly identity?: Identity;
  /** Shown as `Authorization`. */
  readonly apiKey?: string;
}

export interface AServer {
  readonly settings: ServerSettings;
  readonly running: RunningServer;
  ask(port: 'operators' | 'agents', path: string, asking?: Asking): Promise<Answered>;
  /** As admin, by bearer. */
  asAdmin(path: string, asking?: Asking): Promise<Answered>;
  stop(): Promise<void>;
}

export async function aServer(
  databaseUrl: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<AServer> {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-server-'));
  const passwordFile = join(folder, 'admin-password');
  writeFileSync(passwordFile, adminPassword, { mode: 0o600 });
  const settings = readServerSettings({
    DATABASE_URL: databaseUrl,
    LONGSHORE_DATA: join(folder, 'data'),
    LONGSHORE_API_PORT: String(await freePort()),
    LONGSHORE_GATEWAY_PORT: String(await freePort()),
    LONGSHORE_ADMIN_PASSWORD_FILE: passwordFile,
    ...environment,
  });
  const running = await startServer(settings, createServerLog('silent'));
  const ports = { operators: settings.apiPort, agents: settings.gatewayPort };
  const ask: AServer['ask'] = (port, path, asking = {}) => askOnce(`https://127.0.0.1:${ports[port]}`, path, asking);
  let token: Promise<string> | null = null;
  return {
    settings,
    running,
    ask,
    asAdmin: async (path, asking = {}) => {
      token ??= signIn(ask);
      return ask('operators', path, {
        ...asking,
        headers: { authorization: `Bearer ${await token}`, ...asking.headers },
      });
    },
    stop: async () => {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function signIn(ask: AServer['ask']): Promise<string> {
  const { text } = await ask('operators', '/api/v1/session', {
    method: 'POST',
    body: { user: 'admin', password: adminPassword },
  });
  return parse<{ token: string }>(text).token;
}

/** The answer's body, in the form that the spec expects. */
export const parse = <Form>(text: string): Form => JSON.parse(text) as Form;
export const codeIn = ({ text }: Answered): string => parse<{ error: { code: string } }>(text).error.code;

async function askOnce(
  origin: string,
  path: string,
  { method = 'GET', headers, body, octets, identity, apiKey }: Asking,
): Promise<Answered> {
  const dispatcher = createPinnedDispatcher({ isPinned: () => true, ...(identity === undefined ? {} : { identity }) });
  const type = octets !== undefined ? 'application/octet-stream' : body !== undefined ? 'application/json' : undefined;
  try {
    // The path goes out as it is written: an address would be tidied of its `//` and `%2e`.
    const answer = await dispatcher.request({
      origin,
      path,
      method: method as 'GET',
      headers: {
        ...(type === undefined ? {} : { 'content-type': type }),
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        ...headers,
      },
      body: octets ?? (body === undefined ? null : JSON.stringify(body)),
    });
    const received = Buffer.from(await answer.body.arrayBuffer());
    return { status: answer.statusCode, headers: answer.headers, octets: received, text: received.toString() };
  } finally {
    await dispatcher.destroy();
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
