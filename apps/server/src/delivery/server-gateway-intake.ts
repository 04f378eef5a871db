/**
 * What both wires call: hands words, events and refusals to the parts that answer them, in a form that the store takes.
 */
import { GatewayIntake, type Peer, type UnsequencedToServer } from '@longshore/delivery';
import { type RefusalStore, storable } from '@longshore/persistence';
import type { EventMessage, EventsAnswer } from '@longshore/protocol';
import type { AgentSessions } from './agent-sessions';
import type { EventIntake } from './event-intake';

export interface GatewayIntakeParts {
  readonly sessions: AgentSessions;
  readonly events: EventIntake;
  readonly refusals: RefusalStore;
  readonly log: (line: string, error: unknown) => void;
}

/** The same refusal from the same peer is recorded once in this time: a peer that repeats itself fills no table. */
const refusalPauseMs = 10_000;
const refusalsRemembered = 1_000;

export class ServerGatewayIntake extends GatewayIntake {
  private readonly lastRefusals = new Map<string, number>();

  constructor(private readonly parts: GatewayIntakeParts) {
    super();
  }

  override receiveWord(peer: Peer, message: UnsequencedToServer): Promise<void> {
    return this.parts.sessions.receive(peer, storable(message));
  }

  override receiveEvents(peer: Peer, messages: readonly EventMessage[]): Promise<EventsAnswer> {
    return this.parts.events.receive(peer, storable(messages));
  }

  override refuse(peer: Peer | null, problem: { readonly code: string; readonly message: string }): void {
    const agentId = peer?.agentId ?? null;
    if (this.isRepetition(`${agentId} ${problem.code}`)) return;
    this.parts.refusals
      .record([{ agentId, ...storable({ code: problem.code, message: problem.message }) }])
      .catch((error: unknown) => {
        this.parts.log(`a refused message (${problem.code}) could not be recorded`, error);
      });
  }

  override controlLegClosed(peer: Peer): void {
    this.parts.sessions.closed(peer).catch((error: unknown) => {
      this.parts.log(`that ${peer.agentId} is gone could not be recorded`, error);
    });
  }

  private isRepetition(key: string): boolean {
    const now = performance.now();
    const last = this.lastRefusals.get(key);
    if (last !== undefined && now - last < refusalPauseMs) return true;
    if (this.lastRefusals.size >= refusalsRemembered) this.lastRefusals.clear();
    this.lastRefusals.set(key, now);
    return false;
  }
}
