/**
 * Which programs are attacked? Those of the product, or a bundle with one defence switched off, made on demand beside
 * the product and never in it (docs/security.md, Threat model).
 */
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

export type Weakening =
  | 'access-guard'
  | 'agent-proof'
  | 'agent-queue'
  | 'agent-key-move'
  | 'broker-permissions'
  | 'chain-door'
  | 'gateway-intake'
  | 'inbound-check'
  | 'install-token'
  | 'message-signature'
  | 'pin-check'
  | 'request-log'
  | 're-pinning'
  | 'rotation-chain'
  | 'tls-floor'
  | 'trusted-peers';

const root = resolve(__dirname, '../../../..');
export const productFolder = join(root, 'dist/apps');
export const weakenedFolder = join(root, 'dist-weakened');

const execute = promisify(execFile);
const made = new Map<string, Promise<unknown>>();

/** The folder that holds `<app>/main.js`. */
export async function programsWith(
  weakening: Weakening | null,
  app: 'server' | 'agent',
  place = weakenedFolder,
): Promise<string> {
  if (weakening === null) return productFolder;
  const folder = join(place, weakening);
  const outdir = join(folder, app);
  const build = ['tools/build.mjs', `apps/${app}`, `--weaken=${weakening}`, '--outdir', outdir];
  const making = made.get(outdir) ?? execute(process.execPath, build, { cwd: root });
  made.set(outdir, making);
  await making;
  return folder;
}

/** What a service manager would give; nothing of the test's own. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, LANG } = process.env;
  return { PATH, HOME, LANG };
}
