/**
 * May the pin of an agent move to another key? Only when the pinned key and the new one both say so: the statement is
 * signed inside by the key it moves to and outside by the key that is pinned (docs/protocol.md, Identity and pins). It
 * names agent and server, so it is worth nothing elsewhere; the key it moves from is the pin it is checked against, so
 * it is worth nothing a second time. A renewed certificate is a move from a key to itself.
 */
import { z } from 'zod';
import { agentIdSchema, serverIdSchema, type AgentId, type Fingerprint, type ServerId } from '@longshore/protocol';
import type { Signer } from './compact-signature';
import { fingerprintOfCertificate, isSameFingerprint } from './fingerprint';
import { signStatement, verifyStatement } from './signed-statement';
import { SignatureRefusedError } from './trust-errors';

const typ = 'longshore-agent-key+jws';
const innerSchema = z.object({
  agentId: agentIdSchema,
  serverId: serverIdSchema,
  certificatePem: z.string().max(16_384),
});
const outerSchema = z.object({ move: z.string() });

export interface AgentKeyMoveToSign {
  readonly agentId: AgentId;
  readonly serverId: ServerId;
  /** Of the key to be pinned. */
  readonly certificatePem: string;
  readonly from: Signer;
  readonly to: Signer;
}

export interface AgentKeyMove {
  readonly fingerprint: Fingerprint;
  readonly certificatePem: string;
}

export async function createAgentKeyMove({ from, to, ...statement }: AgentKeyMoveToSign): Promise<string> {
  const move = await signStatement({ typ, statement, signer: to });
  return signStatement({ typ, statement: { move }, signer: from });
}

/** Throws SignatureRefusedError for everything that does not move this agent from `pinned`. */
export async function verifyAgentKeyMove(
  jws: string,
  expected: { readonly agentId: AgentId; readonly serverId: ServerId; readonly pinned: Fingerprint },
): Promise<AgentKeyMove> {
  const { move } = await verifyStatement({ typ, jws, signer: expected.pinned, schema: outerSchema });
  const fingerprint = certifiedKeyOf(move);
  const inner = await verifyStatement({ typ, jws: move, signer: fingerprint, schema: innerSchema });
  if (inner.agentId !== expected.agentId || inner.serverId !== expected.serverId)
    throw new SignatureRefusedError('malformed', 'the statement moves the key of another agent or for another server');
  if (!isSameFingerprint(fingerprintOfCertificate(inner.certificatePem), fingerprint))
    throw new SignatureRefusedError('foreign-key', 'the certificate is not for the key that signed it');
  return { fingerprint, certificatePem: inner.certificatePem };
}

/** Which key does it claim to move to? Believed only once that key's signature over the same text has been checked. */
function certifiedKeyOf(move: string): Fingerprint {
  try {
    const payload: unknown = JSON.parse(Buffer.from(move.split('.')[1] ?? '', 'base64url').toString());
    return fingerprintOfCertificate(innerSchema.parse(payload).certificatePem);
  } catch (cause) {
    throw new SignatureRefusedError('malformed', 'the statement is not of its form', { cause });
  }
}
