/**
 * Ends the steps that outlive a stopped agent, and their host. What they had reached is on disk; the agent's next start
 * reports them as failed.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { AgentHome } from '@longshore/agent-runtime';
import { StepHostLink } from '@longshore/steps';
import { hostPlace } from '../worker/host-place';

const lookEveryMs = 20;

/** Answers with the number of steps that were running. */
export async function killSteps(home: AgentHome): Promise<number> {
  const link = new StepHostLink(hostPlace(home));
  try {
    const running = await link.list();
    await Promise.all(running.map((attemptId) => link.kill(attemptId, 'agent-stopped')));
    while ((await link.list()).length > 0) await pause(lookEveryMs);
    await link.retire();
    return running.length;
  } finally {
    await link.close();
  }
}
