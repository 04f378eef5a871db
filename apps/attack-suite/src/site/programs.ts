/**
 * Which programs are attacked? Those of the product, or a bundle with one defence switched off, made on demand beside
 * the product and never in it (docs/security.md, Threat model).
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

export type Weakening =
  | 'access-guard'
  | 'agent-proof'
  | 'broker-permissions'
  | 'inbound-check'
  | 'install-token'
  | 'message-signature'
  | 'pin-check'
  | 'request-log'
  | 'rotation-chain'
  | 'tls-floor'
  | 'trusted-peers';

const root = resolve(__dirname, '../../../..');
export const productFolder = join(root, 'dist/apps');
export const weakenedFolder = join(root, 'dist-weakened');

const made = new Set<string>();

/** The folder that holds `<app>/main.js`. */
export function programsWith(weakening: Weakening | null, app: 'server' | 'agent', place = weakenedFolder): string {
  if (weakening === null) return productFolder;
  const folder = join(place, weakening);
  const outdir = join(folder, app);
  if (made.has(outdir) && existsSync(outdir)) return folder;
  const build = ['tools/build.mjs', `apps/${app}`, `--weaken=${weakening}`, '--outdir', outdir];
  execFileSync(process.execPath, build, { cwd: root, stdio: 'pipe' });
  made.add(outdir);
  return folder;
}

/** What a service manager would give; nothing of the test's own. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, LANG } = process.env;
  return { PATH, HOME, LANG };
}
