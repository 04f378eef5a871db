/** Commands run against a fake server of their own, with a folder of their own; both are gone after each test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from '../command-line';
import { openFakeServer, type FakeAnswer, type FakeServer, type NotedRequest } from './fake-server';
import { aTerminal, type RecordingOptions, type RecordingTerminal } from './recording-terminal';

export interface Ran {
  readonly code: number;
  readonly terminal: RecordingTerminal;
}

export interface CommandLineBench {
  server(): FakeServer;
  folder(): string;
  /** By method and path: `GET /api/v1/agents`. */
  readonly routes: Record<string, (request: NotedRequest) => FakeAnswer>;
  /** With a valid token in the environment, unless another environment is given. */
  run(words: string, options?: Partial<RecordingOptions>): Promise<Ran>;
  tokenEnvironment(): Record<string, string>;
}

export const ok = (body: unknown): FakeAnswer => ({ status: 200, body });
export const done = (): FakeAnswer => ({ status: 204, body: null });

export function useCommandLine(): CommandLineBench {
  const routes: CommandLineBench['routes'] = {};
  let open: { readonly server: FakeServer; readonly folder: string } | null = null;
  const opened = () => {
    if (open === null) throw new Error('only within a test');
    return open;
  };
  beforeEach(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'longshore-cli-'));
    const server = await openFakeServer((request) => routes[`${request.method} ${request.path}`]?.(request) ?? null);
    open = { server, folder };
  });
  afterEach(async () => {
    const { server, folder } = opened();
    for (const route of Object.keys(routes)) Reflect.deleteProperty(routes, route);
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const tokenEnvironment = (): Record<string, string> => ({
    LONGSHORE_CONFIG_HOME: opened().folder,
    LONGSHORE_SERVER: opened().server.origin,
    LONGSHORE_TOKEN: 'lst_token',
    LONGSHORE_FINGERPRINT: opened().server.fingerprint,
  });
  return {
    server: () => opened().server,
    folder: () => opened().folder,
    routes,
    tokenEnvironment,
    run: async (words, options = {}) => {
      const terminal = aTerminal({ environment: tokenEnvironment(), ...options });
      return { code: await runCommandLine(words.split(' '), terminal), terminal };
    },
  };
}
