// Where things are in a checkout, for scripts that run before anything is installed (Node 18 and its own modules).
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export function at(...names) {
  return join(root, ...names);
}

/** Nx without its background process, its cloud and its full-screen display. */
export const nxEnvironment = { NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' };

/** The script behind a command of an installed package, to be run by the Node of our choice. */
export function commandScript(name) {
  const script = at('node_modules', '.bin', name);
  if (!existsSync(script)) throw new Error(`${script} is missing`);
  return script;
}
