/**
 * Takes `agent.status`: written for many agents at once, then each is told so. That answer is the application round
 * trip by which the agent knows that the server hears it (docs/operations.md, Agent status).
 */
import type { ReportStore, StatusReport } from '@longshore/persistence';
import type { AgentId, AgentType, MessageId } from '@longshore/protocol';
import type { AgentWords } from './agent-words';
import type { Envelopes } from './envelopes';
import type { Wakeups } from './wakeups';

export interface IncomingStatus extends StatusReport {
  readonly wire: AgentType;
  readonly reportId: MessageId;
}

export interface StatusReportParts {
  readonly reports: ReportStore;
  readonly envelopes: Envelopes;
  readonly words: AgentWords;
  readonly wakeups: Wakeups;
  readonly log: (line: string, error: unknown) => void;
  readonly gatherMs?: number;
}

const defaultGatherMs = 1_000;

export class StatusReports {
  private waiting = new Map<AgentId, IncomingStatus>();
  private gathering: NodeJS.Timeout | null = null;

  constructor(private readonly parts: StatusReportParts) {}

  /** The last value wins; which one is the last, the agent's own count says. */
  add(status: IncomingStatus): void {
    const waiting = this.waiting.get(status.agentId);
    if (waiting?.epoch === status.epoch && waiting.count >= status.count) return;
    this.waiting.set(status.agentId, status);
    this.gathering ??= setTimeout(() => void this.flush(), this.parts.gatherMs ?? defaultGatherMs);
  }

  /** The control leg from this address is gone: what was said on it last must not be written as if it were up. */
  drop(agentId: AgentId, address: string): void {
    if (this.waiting.get(agentId)?.address === address) this.waiting.delete(agentId);
  }

  /** What is ended by us must not be written as if it were up. */
  forget(agentId: AgentId): void {
    this.waiting.delete(agentId);
  }

  async flush(): Promise<void> {
    if (this.gathering !== null) clearTimeout(this.gathering);
    this.gathering = null;
    const statuses = this.waiting;
    this.waiting = new Map();
    if (statuses.size === 0) return;
    try {
      const heard = await this.parts.reports.report([...statuses.values()]);
      await Promise.all(
        heard.map(async (to) => {
          const status = statuses.get(to.agentId);
          if (status === undefined) return;
          const ack = this.parts.envelopes.word(to, { type: 'ack', body: { acks: [] }, inReplyTo: status.reportId });
          await this.parts.words.hand(status.wire, to.agentId, ack);
        }),
      );
      this.parts.wakeups.tell(
        'agents',
        heard.map(({ agentId }) => agentId),
      );
    } catch (error) {
      this.parts.log('reports of agents were not written; the next ones will be', error);
    }
  }
}
