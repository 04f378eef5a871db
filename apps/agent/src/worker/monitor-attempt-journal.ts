/** Asks the monitor, who holds the journal, whether an attempt may start; resolves when its start is on disk. */
import type { AttemptId } from '@longshore/protocol';
import type { MonitorLink } from '@longshore/agent-runtime';
import { AttemptJournal } from '@longshore/steps';

export class MonitorAttemptJournal extends AttemptJournal {
  constructor(
    private readonly link: MonitorLink,
    private readonly recorded: (attemptId: AttemptId) => void,
  ) {
    super();
  }

  override async recordStart(attemptId: AttemptId): Promise<void> {
    await this.link.ask({ kind: 'start', attemptId });
    this.recorded(attemptId);
  }
}
