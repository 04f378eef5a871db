/** What changes a home from outside waits until its agent is stopped. */
import { LongshoreError } from '@longshore/protocol';

export class AgentStillRunningError extends LongshoreError {
  constructor(id: string, pid: number, remedy: string) {
    super('AGENT_STILL_RUNNING', 'give-up', `${id} is running (monitor ${pid}): ${remedy}`);
  }
}
