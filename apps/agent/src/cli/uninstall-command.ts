/** `longshore-agent uninstall`: removes the home; refuses while the agent runs, unless it is told to stop it first. */
import { rmSync } from 'node:fs';
import { findMonitor, readAgentConfiguration } from '@longshore/agent-runtime';
import { AgentStillRunningError } from './agent-still-running-error';
import type { Answer } from './answer';
import { type HomeChoice, chooseHome } from './choose-home';
import { stopMonitor } from './stop-command';

export interface UninstallOptions extends HomeChoice {
  readonly keepHome?: boolean;
  readonly force?: boolean;
}

export async function uninstallCommand({ keepHome, force, ...choice }: UninstallOptions): Promise<Answer> {
  const home = chooseHome(choice);
  const { id } = readAgentConfiguration(home.configuration);
  const monitor = findMonitor(home.monitorLock);
  if (monitor !== null && force !== true) {
    throw new AgentStillRunningError(id, monitor.pid, 'stop it first, or add --force');
  }
  await stopMonitor(home);
  // Without its configuration a home is no agent; what is kept are journal, logs and attempts.
  if (keepHome === true) rmSync(home.configuration, { force: true });
  else rmSync(home.root, { recursive: true, force: true });
  const kept = keepHome === true ? `; ${home.root} was kept` : '';
  return { text: `${id} is uninstalled${kept}`, json: { id, home: home.root, keptHome: keepHome === true } };
}
