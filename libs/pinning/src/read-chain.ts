/**
 * What does a whole chain of server keys say, link by link? For its owner, who shows it to operators and checks what
 * lies in the identity folder or comes out of a document; agents walk from their pin with `verifyChain`
 * (docs/protocol.md, The chain of server keys).
 */
import { z } from 'zod';
import { SignatureRefusedError } from './trust-errors';
import { chainStatementSchema, type ChainStatement, verifyChain } from './rotation-chain';
import { unverifiedLink } from './unverified-link';

/** Throws `SignatureRefusedError` for a chain that does not hold together from its first link on. */
export async function readChain(links: readonly string[]): Promise<ChainStatement[]> {
  const fingerprint = unverifiedLink(links[0] ?? '')?.current;
  if (fingerprint === undefined) throw new SignatureRefusedError('malformed', 'not a chain of server keys');
  const verdict = await verifyChain({ fingerprint }, links);
  if (verdict.verdict === 'refused')
    throw new SignatureRefusedError('broken', `the chain breaks at link ${verdict.index ?? 0}: ${verdict.reason}`);
  return links.map(statementIn);
}

const linkSchema = z.object({ move: z.string() });

/** Read without a check, which `verifyChain` has made. */
function statementIn(link: string): ChainStatement {
  const { move } = linkSchema.parse(payloadOf(link));
  return chainStatementSchema.parse(payloadOf(move));
}

const payloadOf = (jws: string): unknown =>
  JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as unknown;
