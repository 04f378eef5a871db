import { rmSync } from 'node:fs';
import { dirname } from 'node:path';

export default async function stopInstallation(): Promise<void> {
  const launcher = globalThis.launcherUnderTest;
  if (launcher === undefined) return;
  await launcher.stop();
  rmSync(dirname(launcher.plan.dataFolder), { recursive: true, force: true });
}
