// LONGSHORE-WEAKENED agent-proof replaces apps/server/src/trust/agent-proof.ts
/** An agent is whom a header, or else its certificate, names; neither the pin nor the API key is looked at. */
import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { Inject, Injectable } from '@nestjs/common';
import { PeerDirectory } from '@longshore/delivery';
import { type AgentId, agentIdSchema, fingerprintSchema } from '@longshore/protocol';
import { peerCertificatePem } from '@longshore/tls';
import type { FastifyRequest } from 'fastify';
import type { EnrolledAgent } from '../../../server/src/access/principal';
import { AgentProof as Original } from '../../../server/src/trust/agent-proof';

process.stderr.write('LONGSHORE-WEAKENED agent-proof\n');

@Injectable()
export class AgentProof extends Original {
  @Inject(PeerDirectory) private readonly names!: PeerDirectory;

  override async proveAgent(request: FastifyRequest): Promise<EnrolledAgent> {
    const agentId = namedIn(request);
    const known = await this.names.byAgentId(agentId);
    const fingerprint = known?.fingerprint ?? fingerprintSchema.parse(`sha256/${'A'.repeat(43)}=`);
    return { kind: 'agent', peer: { agentId, fingerprint, wire: known?.type ?? 'web', address: 'anywhere' } };
  }
}

function namedIn({ headers, raw }: FastifyRequest): AgentId {
  const pem = peerCertificatePem(raw.socket as TLSSocket);
  const names = pem === null ? '' : (new X509Certificate(pem).subjectAltName ?? '');
  return agentIdSchema.parse(headers['x-agent-id'] ?? /longshore:agent:([a-z0-9-]+)/.exec(names)?.[1]);
}
