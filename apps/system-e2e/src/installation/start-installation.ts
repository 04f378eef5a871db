/** Starts the installation under test: `npm start` without npm, in a folder and on ports of its own. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Launcher } from './launcher';

declare global {
  var launcherUnderTest: Launcher | undefined;
}

export default async function startInstallation(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-e2e-'));
  const launcher = new Launcher({
    dataFolder: join(folder, 'data'),
    portBase: 21_443,
    readyFile: join(folder, 'ready.json'),
  });
  globalThis.launcherUnderTest = launcher;
  await launcher.start();
  process.env.E2E_READY_FILE = launcher.plan.readyFile;
  process.env.E2E_DATA_FOLDER = launcher.plan.dataFolder;
}
