/**
 * `longshore-agent run`: this process becomes the monitor. Its program is replaced by the monitor's own where the
 * system can do that, so it keeps its pid but carries nothing of the command line's code along.
 */
import { join } from 'node:path';
import { findMonitor, MonitorRunningError, readAgentConfiguration } from '@longshore/agent-runtime';
import { frugalFlags } from '../frugal-flags';
import { type HomeChoice, chooseHome } from './choose-home';

export async function runCommand(choice: HomeChoice): Promise<void> {
  const home = chooseHome(choice);
  readAgentConfiguration(home.configuration);
  const running = findMonitor(home.monitorLock);
  if (running !== null) throw new MonitorRunningError(home.root, running.pid);
  const entry = join(__dirname, 'monitor.main.js');
  const args = [...frugalFlags, '--disable-warning=ExperimentalWarning', entry, home.root, '--foreground'];
  if (process.platform !== 'win32' && process.execve !== undefined) {
    process.execve(process.execPath, [process.execPath, ...args], process.env as Record<string, string>);
  }
  const { runMonitor } = await import('../monitor/run-monitor');
  await runMonitor({ home: home.root, foreground: true });
}
