/**
 * Which routes are there, and whose are they? Read out of the server's description and out of the controllers, and
 * sorted by address alone: what is not named here as open to others belongs to operators or to agents, so a new route
 * is in the matrix without anybody thinking of it (docs/security.md, Access).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ask } from '../attacker/ask';
import type { SiteFacts } from '../site/site';

export type Owner = 'operators' | 'agents' | 'any-key' | 'steps' | 'everyone';

export interface Route {
  readonly method: string;
  readonly path: string;
  readonly owner: Owner;
}

const root = resolve(__dirname, '../../../..');
const open: Readonly<Record<string, Owner>> = {
  'POST /api/v1/session': 'everyone',
  'GET /health/live': 'everyone',
  'GET /health/ready': 'everyone',
  'POST /agent/v1/enrol': 'any-key',
  'POST /agent/v1/re-pin': 'any-key',
  'GET /agent/v1/step': 'steps',
  'GET /agent/v1/step/run': 'steps',
};

/** As the server itself describes them; docs/reference/openapi.json is compared with that elsewhere. */
export async function allRoutes({ apiPort }: SiteFacts): Promise<readonly Route[]> {
  const { text } = await ask(apiPort, '/api/openapi.json');
  const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, unknown>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((lower) => {
      const method = lower.toUpperCase();
      const usual: Owner = path.startsWith('/agent/') ? 'agents' : 'operators';
      return { method, path, owner: open[`${method} ${path}`] ?? usual };
    }),
  );
}

const someId = '6f9619ff-8b86-4011-b42d-00c04fc964ff';

/** With something in the place of each parameter. */
export const addressOf = ({ path }: Route): string => path.replace('{stream}', 'stdout').replace(/\{\w+\}/g, someId);

/** Handlers in the controllers' source, for comparison: a route that the description leaves out has to be a page. */
export function countHandlers(): number {
  const folder = join(root, 'apps/server/src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.controller.ts'),
  );
  const sources = files.map((name) => readFileSync(join(folder, name), 'utf8'));
  return sources.flatMap((source) => [...source.matchAll(/^ {2}@(Get|Post|Put|Patch|Delete|All)\(/gm)]).length;
}

/** Pages and files of console and documentation: not in the description, and public. */
export const publicPages = ['/', '/*', '/api/docs', '/api/docs/:file', '/api/docs/start.js', '/api/openapi.json'];
