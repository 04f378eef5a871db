/**
 * Which programs are attacked? Those of the product, or a bundle with one defence switched off, made on demand beside
 * the product and never in it (docs/security.md, What is defended).
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

export type Weakening =
  | 'access-guard'
  | 'agent-proof'
  | 'broker-permissions'
  | 'inbound-check'
  | 'message-signature'
  | 'pin-check'
  | 'tls-floor'
  | 'trusted-peers';

const root = resolve(__dirname, '../../../..');
export const productFolder = join(root, 'dist/apps');
export const weakenedFolder = join(root, 'dist-weakened');

const made = new Set<string>();

/** The folder that holds `<app>/main.js`. */
export function programsWith(weakening: Weakening | null, app: 'server' | 'agent'): string {
  if (weakening === null) return productFolder;
  const folder = join(weakenedFolder, weakening);
  const outdir = join(folder, app);
  if (made.has(outdir) && existsSync(outdir)) return folder;
  mkdirSync(outdir, { recursive: true });
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
