/** `longshore-agent uninstall`: removes the home; refuses while the agent runs, unless it is told to stop it first. */
import { rmSync } from 'node:fs';
import { findMonitor, readAgentConfiguration } from '@longshore/agent-runtime';
import { LongshoreError } from '@longshore/protocol';
import type { Answer } from './answer';
import { type HomeChoice, chooseHome } from './choose-home';
import { stopMonitor } from './stop-command';

export interface UninstallOptions extends HomeChoice {
  readonly keepHome?: boolean;
  readonly force?: boolean;
}

export class AgentStillRunningError extends LongshoreError {
  constructor(id: string, pid: number) {
    super('AGENT_STILL_RUNNING', 'give-up', `${id} is running (monitor ${pid}): stop it first, or add --force`);
  }
}

export async function uninstallCommand({ keepHome, force, ...choice }: UninstallOptions): Promise<Answer> {
  const home = chooseHome(choice);
  const { id } = readAgentConfiguration(home.configuration);
  const monitor = findMonitor(home.monitorLock);
  if (monitor !== null && force !== true) throw new AgentStillRunningError(id, monitor.pid);
  await stopMonitor(home);
  // Without its configuration a home is no agent; what is kept are journal, logs and attempts.
  if (keepHome === true) rmSync(home.configuration, { force: true });
  else rmSync(home.root, { recursive: true, force: true });
  const kept = keepHome === true ? `; ${home.root} was kept` : '';
  return { text: `${id} is uninstalled${kept}`, json: { id, home: home.root, keptHome: keepHome === true } };
}
