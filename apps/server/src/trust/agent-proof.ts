/**
 * Which agent is this? Proved on every request by the key of its TLS connection, looked up anew each time so that a
 * removed agent is out within a second; a JMS agent shows its API key as well (docs/protocol.md, Enrolment).
 */
import type { TLSSocket } from 'node:tls';
import { Injectable } from '@nestjs/common';
import { type KnownPeer, PeerDirectory } from '@longshore/delivery';
import { isSecretOf, parseApiKey, TokenMalformedError } from '@longshore/pinning';
import { peerCertificatePem, peerFingerprint } from '@longshore/tls';
import type { FastifyRequest } from 'fastify';
import type { EnrolledAgent, PresentedKey } from '../access/principal';
import { Presence } from '../agents/presence';
import { RequestRefusedError } from '../listeners/request-refused-error';

@Injectable()
export class AgentProof {
  constructor(
    private readonly directory: PeerDirectory,
    private readonly presence: Presence,
  ) {}

  async proveAgent(request: FastifyRequest, mustBeApproved: boolean): Promise<EnrolledAgent> {
    const { fingerprint, address } = this.#presented(request);
    const known = await this.directory.byFingerprint(fingerprint);
    if (known === null) throw new RequestRefusedError(401, 'AGENT_UNKNOWN', `no agent has the key ${fingerprint}`);
    if (known.type === 'jms') checkApiKey(known, request.headers.authorization);
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

function checkApiKey({ agentId, apiKey }: KnownPeer, authorization: string | undefined): void {
  const refused = (): RequestRefusedError =>
    new RequestRefusedError(401, 'API_KEY_REFUSED', `not the API key of agent ${agentId}`);
  const [, text] = /^Bearer (\S+)$/i.exec(authorization ?? '') ?? [];
  try {
    const { id, secret } = parseApiKey(text ?? '');
    if (id !== apiKey.keyId || !isSecretOf(secret, apiKey.secretHash)) throw refused();
  } catch (error) {
    throw error instanceof TokenMalformedError ? refused() : error;
  }
}
