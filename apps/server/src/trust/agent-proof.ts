/**
 * Which agent is this? Proved on every request by the key of its TLS connection **and** its API key, looked up anew each
 * time so that a removed agent, a forgotten pin and a revoked API key are out within a second, also on a connection that
 * stays open (docs/protocol.md, Enrolment).
 */
import type { TLSSocket } from 'node:tls';
import { Injectable } from '@nestjs/common';
import { type KnownPeer, PeerDirectory } from '@longshore/delivery';
import { isAuthorizedBy } from '@longshore/pinning';
import { peerCertificatePem, peerFingerprint } from '@longshore/tls';
import type { FastifyRequest } from 'fastify';
import type { EnrolledAgent, PresentedKey } from '../access/principal';
import { Presence } from '../agents/presence';
import { RequestRefusedError } from '../listeners/request-refused-error';
import { SecurityEvents } from './security-events';

@Injectable()
export class AgentProof {
  constructor(
    private readonly directory: PeerDirectory,
    private readonly presence: Presence,
    private readonly events: SecurityEvents,
  ) {}

  async proveAgent(request: FastifyRequest, mustBeApproved: boolean): Promise<EnrolledAgent> {
    const presented = this.#presented(request);
    const { authorization } = request.headers;
    const known = await this.directory.byFingerprint(presented.fingerprint);
    if (known === null) throw await this.#keyRefused(presented, authorization);
    if (!isAuthorizedBy(authorization, known.apiKey)) throw this.#apiKeyRefused(presented, known);
    const { fingerprint, address } = presented;
    const peer = { agentId: known.agentId, fingerprint, wire: known.type, address };
    this.presence.httpSeen(peer);
    if (mustBeApproved && !known.approved) {
      throw new RequestRefusedError(
        403,
        'AGENT_NOT_APPROVED',
        `agent ${known.agentId} is not approved, or is quarantined`,
      );
    }
    return { kind: 'agent', peer };
  }

  async proveKey(request: FastifyRequest): Promise<PresentedKey> {
    return this.#presented(request);
  }

  /** A known API key with a key that is not its agent's is the trace of a theft, or of a reinstallation. */
  async #keyRefused(presented: PresentedKey, authorization: string | undefined): Promise<RequestRefusedError> {
    const agent = await this.events.shownBy(authorization);
    const error =
      agent === null
        ? new RequestRefusedError(401, 'AGENT_UNKNOWN', `no agent has the key ${presented.fingerprint}`)
        : refusalOf(agent.agentId, agent.fingerprint, presented);
    const [agentId, expected] = [agent?.agentId ?? null, agent?.fingerprint ?? null];
    this.events.refused({ agentId, expected, presented, code: 'PIN_REFUSED', message: error.message });
    return error;
  }

  #apiKeyRefused(presented: PresentedKey, { agentId, fingerprint, apiKey }: KnownPeer): RequestRefusedError {
    const [code, message] = ['API_KEY_REFUSED', `not the API key of agent ${agentId}`];
    const event = apiKey === null ? `${message}: it is revoked` : message;
    this.events.refused({ agentId, expected: fingerprint, presented, code, message: event });
    return new RequestRefusedError(401, code, message);
  }

  #presented({ raw }: FastifyRequest): PresentedKey {
    const socket = raw.socket as TLSSocket;
    const fingerprint = peerFingerprint(socket);
    const certificatePem = peerCertificatePem(socket);
    if (fingerprint === null || certificatePem === null) {
      throw new RequestRefusedError(401, 'AGENT_KEY_MISSING', 'the agent port needs a client certificate');
    }
    return { kind: 'key', fingerprint, certificatePem, address: `${socket.remoteAddress}:${socket.remotePort}` };
  }
}

function refusalOf(agentId: string, pinned: string | null, { fingerprint }: PresentedKey): RequestRefusedError {
  if (pinned === null) {
    const message = `the pin of agent ${agentId} is forgotten; the key ${fingerprint} is to be pinned first`;
    return new RequestRefusedError(401, 'PIN_FORGOTTEN', message);
  }
  return new RequestRefusedError(401, 'PIN_REFUSED', `agent ${agentId} has another key than ${fingerprint}`);
}
