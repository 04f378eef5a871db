/**
 * Answers what agents say besides events: `hello`, `ack`, `resync`, `bye` and `agent.status`
 * (docs/protocol.md, Delivery).
 */
import { Batcher, belongsToLife, type Peer, type UnsequencedToServer } from '@longshore/delivery';
import type { CommandAck, OutboxStore, RefusalStore, ReportStore, SessionStore } from '@longshore/persistence';
import {
  type AgentId,
  type AgentType,
  assertNever,
  type ByeReason,
  type Incarnation,
  type Message,
} from '@longshore/protocol';
import type { AgentWords } from './agent-words';
import type { CommandDispatcher } from './command-dispatcher';
import type { Granted, SessionGrants } from './session-grants';
import type { StatusReports } from './status-reports';
import type { Wakeups } from './wakeups';
import type { WelcomeContent } from './welcome-content';

export interface SessionParts {
  readonly sessions: SessionStore;
  readonly outbox: OutboxStore;
  readonly reports: ReportStore;
  readonly refusals: RefusalStore;
  readonly grants: SessionGrants;
  readonly statuses: StatusReports;
  readonly dispatcher: CommandDispatcher;
  readonly words: AgentWords;
  /** Of this server's database. */
  readonly serverIncarnation: Incarnation;
  readonly welcome: WelcomeContent;
  readonly wakeups: Wakeups;
}

export interface AgentOnWire {
  readonly agentId: AgentId;
  readonly type: AgentType;
}

const agentsPerAnnouncement = 500;
/** A refused agent asks again by itself; approval may take minutes, everything else takes an operator. */
const askAgainMs = 5_000;

const byeTexts: Partial<Record<ByeReason, string>> = {
  removed: 'this agent was removed from the server',
  'awaiting-approval': 'an operator has to approve this agent first',
  'duplicate-identity': 'another agent with this identity has a session; an operator decides which of them stays',
  'agent-rolled-back': 'this agent went back in time; an operator decides how it goes on',
  forgotten: 'the pin of this agent was forgotten; it may come back with its API key',
  'credentials-changed': 'the API key or the key of this agent was changed',
  'protocol-error': 'the hello names no incarnation',
};

export class AgentSessions {
  private readonly acks: Batcher<CommandAck, void>;

  constructor(private readonly parts: SessionParts) {
    this.acks = new Batcher({ maxSize: 500, write: (acks) => this.acknowledge(acks) });
  }

  /** What was said to an earlier life of the server means nothing today; only a hello may come from before. */
  async receive(peer: Peer, message: UnsequencedToServer): Promise<void> {
    const { serverIncarnation } = this.parts;
    if (message.type !== 'hello' && !belongsToLife(message, { incarnation: null, serverIncarnation })) return;
    switch (message.type) {
      case 'hello':
        return this.greet(peer, message);
      case 'ack':
        return this.receiveAck(peer, message);
      case 'resync':
        return this.parts.dispatcher.deliverAfter(peer.wire, peer.agentId, message.body.after.commands ?? 0);
      case 'bye':
        return this.closed(peer);
      case 'agent.status':
        this.parts.statuses.add({
          agentId: peer.agentId,
          wire: peer.wire,
          epoch: message.epoch,
          count: message.count,
          address: peer.address,
          reportId: message.id,
          status: message.body,
        });
        return;
      default:
        return assertNever(message);
    }
  }

  async closed({ agentId, address }: Peer): Promise<void> {
    this.parts.statuses.drop(agentId, address);
    await this.parts.reports.controlClosed(agentId, address);
    this.parts.wakeups.tell('agents', [agentId]);
  }

  /** All that the agent has open is about to be ended by us. */
  async ending(agentId: AgentId): Promise<void> {
    this.parts.statuses.forget(agentId);
    await this.parts.reports.controlEnded(agentId);
    this.parts.wakeups.tell('agents', [agentId]);
  }

  /**
   * Tells every JMS agent which server and which life of it is there now: their link to the broker may have stayed
   * up while the server was away, and they say hello when it is not the one they know.
   */
  async announceStart(): Promise<void> {
    const agentIds = await this.parts.sessions.withSession('jms');
    for (let start = 0; start < agentIds.length; start += agentsPerAnnouncement) {
      const some = agentIds.slice(start, start + agentsPerAnnouncement);
      await this.askForHello(
        some.map((agentId) => ({ agentId, type: 'jms' })),
        'the server started',
      );
    }
  }

  /** Of those that can be reached through this process; with the welcome they learn what is new. */
  async askForHello(agents: readonly AgentOnWire[], reason: string): Promise<void> {
    const body = { after: {}, reason };
    await this.parts.words.send(agents.map(({ agentId, type }) => ({ agentId, wire: type, type: 'resync', body })));
  }

  /** The last word before its connections end. */
  async sayBye({ agentId, type }: AgentOnWire, reason: ByeReason): Promise<void> {
    const body = { reason, text: byeTexts[reason] ?? reason, retryAfterMs: null };
    await this.parts.words.send([{ agentId, wire: type, type: 'bye', body }]);
  }

  private async greet(peer: Peer, hello: Message<'hello'>): Promise<void> {
    const verdict = await this.parts.grants.grant(hello, peer);
    if (verdict.verdict === 'unanswered') return;
    if (verdict.verdict === 'granted') return this.welcome(peer, hello, verdict);
    if (verdict.verdict === 'quarantined') {
      await this.parts.refusals.record([
        { agentId: peer.agentId, code: codeOf(verdict.reason), message: quarantineText(hello) },
      ]);
      this.parts.wakeups.tell('agents', [peer.agentId]);
    }
    const retryAfterMs = verdict.reason === 'awaiting-approval' ? askAgainMs : null;
    const body = { reason: verdict.reason, text: byeTexts[verdict.reason] ?? verdict.reason, retryAfterMs };
    await this.parts.words.send([{ agentId: peer.agentId, wire: peer.wire, type: 'bye', body, inReplyTo: hello.id }]);
  }

  private async welcome(peer: Peer, hello: Message<'hello'>, granted: Granted): Promise<void> {
    const { agentId, wire } = peer;
    const { welcome, words, dispatcher, wakeups } = this.parts;
    const body = {
      helloId: hello.id,
      grant: granted.grant,
      received: granted.received,
      held: { commands: granted.commands },
      attempts: granted.attempts,
      statements: [...(await welcome.statements(agentId))],
      brokers: await welcome.brokers(),
      configuration: {
        heartbeatMs: welcome.heartbeatMs,
        maxParallel: granted.maxParallel,
        identity: await welcome.identityFor(agentId),
      },
      reconnectSlotMs: 0,
    };
    await words.send([{ agentId, wire, type: 'welcome', body, inReplyTo: hello.id }]);
    if (granted.aheadOfUs) await this.tellAhead(agentId, granted.commandsAfter);
    // A web agent fetches from its own cursor; a broker has to be given what is missing.
    if (wire === 'jms') await dispatcher.deliverAfter(wire, agentId, granted.commandsAfter);
    dispatcher.wake([agentId]);
    wakeups.tell('ended', granted.ended);
    wakeups.tell('agents', [agentId]);
  }

  private async receiveAck({ agentId }: Peer, { body, incarnation }: Message<'ack'>): Promise<void> {
    const seqs = body.acks.filter(({ stream }) => stream === 'commands').map(({ seq }) => seq);
    if (seqs.length > 0) await this.acks.add({ agentId, incarnation, seq: Math.max(...seqs) });
  }

  private async acknowledge(acks: readonly CommandAck[]): Promise<void[]> {
    for (const { agentId, seq } of await this.parts.outbox.acknowledge(acks)) await this.tellAhead(agentId, seq);
    return acks.map(() => undefined);
  }

  private async tellAhead(agentId: AgentId, seq: number): Promise<void> {
    const message = `the agent has commands up to ${seq}, which were never numbered here: this server's database is older`;
    await this.parts.refusals.record([{ agentId, code: 'SERVER_ROLLED_BACK', message }]);
  }
}

function codeOf(reason: ByeReason): string {
  return reason.toUpperCase().replaceAll('-', '_');
}

function quarantineText({ body, incarnation }: Message<'hello'>): string {
  const granted = body.lastGrant === null ? 'no session' : `the session of epoch ${body.lastGrant.epoch}`;
  return `hello names ${granted}, incarnation ${incarnation ?? 'none'}, journal ${body.journal.seq}`;
}
