/**
 * Moves an agent's pin to the key that its pinned key names, or puts the same key into a new certificate. Afterwards the
 * key before is worth nothing: not on another connection, not with the same statement again (docs/protocol.md, Identity
 * and pins). Who holds only the old key cannot move it away unseen: the move stands in the audit trail, and the agent
 * itself is refused from then on.
 */
import { Injectable } from '@nestjs/common';
import type { Peer } from '@longshore/delivery';
import { AgentCredentialStore, AuditStore, Database, type Queryable, RejectedKeyStore } from '@longshore/persistence';
import { type AgentKeyMove, verifyAgentKeyMove, verifySealingKey } from '@longshore/pinning';
import type { MoveIdentity } from '@longshore/protocol';
import { RequestRefusedError } from '../listeners/request-refused-error';
import { keyToPin } from './agent-keys';
import type { KnownAgent } from './enrolment-answers';
import { KeyRefusedError } from './key-refused-error';
import { ServerIdentity } from './server-identity';
import { SecurityEvents } from './security-events';

@Injectable()
export class IdentityMoves {
  constructor(
    private readonly database: Database,
    private readonly server: ServerIdentity,
    private readonly events: SecurityEvents,
  ) {}

  async move(peer: Peer, { move, sealingKey }: MoveIdentity): Promise<KnownAgent> {
    const { agentId, fingerprint: pinned } = peer;
    const moved = await verifyAgentKeyMove(move, { agentId, serverId: this.server.serverId, pinned });
    await verifySealingKey(sealingKey, moved.fingerprint);
    const agent = await this.database.withTransaction((transaction) => record(transaction, peer, moved, sealingKey));
    if (moved.fingerprint !== pinned) this.events.moved(pinned);
    return agent;
  }
}

async function record(
  transaction: Queryable,
  { agentId, fingerprint: before, address }: Peer,
  moved: AgentKeyMove,
  sealingKey: string,
): Promise<KnownAgent> {
  const store = new AgentCredentialStore(transaction);
  const agent = await store.lock(agentId);
  // The pin moved, or was forgotten, since the request was proved by it; or the API key was revoked.
  if (agent?.fingerprint !== before || agent.apiKeyId === null)
    throw new RequestRefusedError(401, 'PIN_REFUSED', `${before} is no longer the key of agent ${agentId}`);
  const holder = await store.holderOf(moved.fingerprint);
  if (holder !== null && holder !== agentId) throw new KeyRefusedError('KEY_TAKEN');
  if (await new RejectedKeyStore(transaction).has(moved.fingerprint)) throw new KeyRefusedError('KEY_REJECTED');
  await store.movePin(agentId, keyToPin(moved, sealingKey));
  await new AuditStore(transaction).record({
    actor: `agent:${agentId}`,
    action: moved.fingerprint === before ? 'agent.certificate-renewed' : 'agent.key-moved',
    target: agentId,
    details: { fingerprint: moved.fingerprint, before, from: address },
  });
  return { agentId, type: agent.type, apiKeyId: agent.apiKeyId };
}
