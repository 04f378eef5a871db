/** What stands behind the two halves of a wire in its tests: stores in memory that remember everything. */
import type {
  AgentId,
  CommandMessage,
  EventMessage,
  EventsAnswer,
  Fingerprint,
  PinRefused,
  ServerToAgent,
} from '@longshore/protocol';
import { setTimeout as pause } from 'node:timers/promises';
import type { AgentChannelListener, ChannelClosed, UnsequencedToServer } from '../channel/agent-channel';
import {
  CommandSource,
  GatewayIntake,
  type KnownPeer,
  type Peer,
  PeerDirectory,
  type RefusedHandshake,
} from '../channel/server-channel';

export class RecordingIntake extends GatewayIntake {
  readonly words: UnsequencedToServer[] = [];
  /** By sequence: a duplicate changes nothing, as in a real inbox. */
  readonly events = new Map<number, EventMessage>();
  /** Every event as it came, duplicates included. */
  readonly arrivals: EventMessage[] = [];
  readonly refused: { readonly peer: Peer | null; readonly code: string; readonly message: string }[] = [];
  readonly closedLegs: Peer[] = [];
  onWord: (peer: Peer, word: UnsequencedToServer) => Promise<void> = async () => undefined;
  onEvents: (peer: Peer, answer: EventsAnswer) => Promise<void> = async () => undefined;

  override async receiveWord(peer: Peer, message: UnsequencedToServer): Promise<void> {
    this.words.push(message);
    await this.onWord(peer, message);
  }

  override async receiveEvents(peer: Peer, messages: readonly EventMessage[]): Promise<EventsAnswer> {
    for (const message of messages) {
      this.arrivals.push(message);
      if (!this.events.has(message.seq)) this.events.set(message.seq, message);
    }
    let highest = 0;
    while (this.events.has(highest + 1)) highest += 1;
    const answer: EventsAnswer = { acks: highest === 0 ? [] : [{ stream: 'control', seq: highest }], refused: [] };
    await this.onEvents(peer, answer);
    return answer;
  }

  override refuse(peer: Peer | null, { code, message }: { readonly code: string; readonly message: string }): void {
    this.refused.push({ peer, code, message });
  }

  override controlLegClosed(peer: Peer): void {
    this.closedLegs.push(peer);
  }
}

export class CommandsInMemory extends CommandSource {
  readonly commands: CommandMessage[] = [];

  override async readCommands(_agentId: AgentId, after: number, limit: number): Promise<CommandMessage[]> {
    return this.commands.filter(({ seq }) => seq > after).slice(0, limit);
  }
}

export class PeersInMemory extends PeerDirectory {
  readonly peers: KnownPeer[] = [];
  readonly handshakesRefused: RefusedHandshake[] = [];

  override refused(handshake: RefusedHandshake): void {
    this.handshakesRefused.push(handshake);
  }

  override async byFingerprint(fingerprint: Fingerprint): Promise<KnownPeer | null> {
    return this.peers.find((peer) => peer.fingerprint === fingerprint) ?? null;
  }

  override async byAgentId(agentId: AgentId): Promise<KnownPeer | null> {
    return this.peers.find((peer) => peer.agentId === agentId) ?? null;
  }
}

export class RecordingListener implements AgentChannelListener {
  readonly messages: ServerToAgent[] = [];
  readonly closed: ChannelClosed[] = [];
  readonly pinsRefused: PinRefused[] = [];
  /** Resolves when the listener may go on; by default at once. */
  gate: (message: ServerToAgent) => Promise<void> = async () => undefined;

  async onMessage(message: ServerToAgent): Promise<void> {
    this.messages.push(message);
    await this.gate(message);
  }

  onClosed(closed: ChannelClosed): void {
    this.closed.push(closed);
  }

  onPinRefused(refused: PinRefused): void {
    this.pinsRefused.push(refused);
  }

  get commandSeqs(): number[] {
    return this.messages.flatMap(({ seq }) => (seq === undefined ? [] : [seq]));
  }
}

/** Waits until something holds that no event tells; fails with what it last was. */
export async function until(holds: () => boolean, what: string, timeoutMs = 10_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`after ${timeoutMs} ms not: ${what}`);
    await pause(5);
  }
}
