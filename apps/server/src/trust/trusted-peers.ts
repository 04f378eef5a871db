/**
 * Looks up what is pinned of a peer, for each request and each message. An answer is kept for half a second: bursts
 * of one agent cost one query, and whatever an operator changes holds everywhere within a second
 * (docs/protocol.md, Enrolment).
 */
import { Injectable } from '@nestjs/common';
import { type KnownPeer, PeerDirectory, type RefusedHandshake } from '@longshore/delivery';
import { AgentTrustStore, type TrustedAgent } from '@longshore/persistence';
import type { AgentId, Fingerprint } from '@longshore/protocol';
import { SecurityEvents } from './security-events';

interface Kept {
  readonly answer: Promise<KnownPeer | null>;
  readonly atMs: number;
}

const keptForMs = 500;
const keptAtMost = 20_000;

@Injectable()
export class TrustedPeers extends PeerDirectory {
  readonly #kept = new Map<string, Kept>();

  constructor(
    private readonly store: AgentTrustStore,
    private readonly events: SecurityEvents,
  ) {
    super();
  }

  override refused(handshake: RefusedHandshake): void {
    // The events' own table is away as well, then: the log of the database says so.
    this.events.handshakeRefused(handshake).catch(() => undefined);
  }

  override byFingerprint(fingerprint: Fingerprint): Promise<KnownPeer | null> {
    return this.#ask(fingerprint, () => this.store.findByFingerprint(fingerprint));
  }

  override byAgentId(agentId: AgentId): Promise<KnownPeer | null> {
    return this.#ask(agentId, () => this.store.findById(agentId));
  }

  /** What this process itself has changed holds at once. */
  forgetAll(): void {
    this.#kept.clear();
  }

  #ask(key: string, find: () => Promise<TrustedAgent | null>): Promise<KnownPeer | null> {
    const kept = this.#kept.get(key);
    const nowMs = performance.now();
    if (kept !== undefined && nowMs - kept.atMs < keptForMs) return kept.answer;
    const answer = find().then((agent) => (agent === null ? null : toPeer(agent)));
    this.#kept.delete(key);
    this.#kept.set(key, { answer, atMs: nowMs });
    answer.catch(() => this.#kept.delete(key));
    this.#dropOldest();
    return answer;
  }

  #dropOldest(): void {
    if (this.#kept.size <= keptAtMost) return;
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}

/** An agent whose pin is forgotten is no peer: nothing that anybody says in its name is believed. */
function toPeer({ agentId, type, fingerprint, publicKeyPem, approved, apiKey }: TrustedAgent): KnownPeer | null {
  return fingerprint === null ? null : { agentId, type, fingerprint, publicKeyPem, approved, apiKey };
}
