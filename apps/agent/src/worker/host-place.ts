/** Where do this agent's step host and attempts live? */
import { join } from 'node:path';
import type { HostPlace } from '@longshore/steps';
import type { AgentHome } from '@longshore/agent-runtime';

/** Long enough that a worker which is being replaced finds its host again. */
const idleExitMs = 60_000;

export function hostPlace(home: AgentHome): HostPlace {
  return {
    runFolder: home.run,
    attemptsFolder: home.attempts,
    hostEntry: join(__dirname, 'step-host.main.js'),
    idleExitMs,
  };
}
