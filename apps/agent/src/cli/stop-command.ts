/** `longshore-agent stop`: TERM to the monitor, known by pid and start time, and a wait until it is gone. */
import { setTimeout as pause } from 'node:timers/promises';
import { type AgentHome, findMonitor, isStillRunning, readAgentConfiguration } from '@longshore/agent-runtime';
import { LongshoreError } from '@longshore/protocol';
import type { Answer } from './answer';
import { type HomeChoice, chooseHome } from './choose-home';
import { killSteps } from './kill-steps';

const stopWithinMs = 20_000;
const lookEveryMs = 50;

export class MonitorNotStoppingError extends LongshoreError {
  constructor(pid: number) {
    super('MONITOR_NOT_STOPPING', 'retry', `the monitor (pid ${pid}) has not ended within ${stopWithinMs / 1000} s`);
  }
}

export interface StopOptions extends HomeChoice {
  readonly killSteps?: boolean;
}

export async function stopCommand(options: StopOptions): Promise<Answer> {
  const home = chooseHome(options);
  const { id } = readAgentConfiguration(home.configuration);
  const wasRunning = await stopMonitor(home);
  const killedSteps = options.killSteps === true ? await killSteps(home) : null;
  const stopped = wasRunning ? `${id} is stopped; its running steps go on` : `${id} was not running`;
  const text = killedSteps === null ? stopped : `${id} is stopped; ${killedSteps} of its steps were killed`;
  return { text, json: { id, home: home.root, wasRunning, killedSteps } };
}

export async function stopMonitor(home: AgentHome): Promise<boolean> {
  const monitor = findMonitor(home.monitorLock);
  if (monitor === null) return false;
  process.kill(monitor.pid, 'SIGTERM');
  for (const giveUpAtMs = performance.now() + stopWithinMs; isStillRunning(monitor); await pause(lookEveryMs)) {
    if (performance.now() > giveUpAtMs) throw new MonitorNotStoppingError(monitor.pid);
  }
  return true;
}
