/**
 * May a pin move from one server key to the next, and how does an agent that was away for a year follow?
 *
 * Each link names its key and commits to the fingerprint of the next. A link is good only if it moves to the key that
 * the link before committed to and is signed twice: inside by the key it moves to, outside by the key it moves from
 * (docs/protocol.md, Identity and pins). A thief of the current key alone can therefore neither fork the chain nor
 * put a commitment of his own into it. The first link, the head, has only one key and is signed by it twice.
 */
import { z } from 'zod';
import { fingerprintSchema, serverIdSchema, type Fingerprint, type ServerId } from '@longshore/protocol';
import type { Signer } from './compact-signature';
import { isSameFingerprint } from './fingerprint';
import { signStatement, verifyStatement } from './signed-statement';
import { SignatureRefusedError } from './trust-errors';
import { unverifiedLink } from './unverified-link';

export const chainStatementSchema = z.object({
  serverId: serverIdSchema,
  index: z.int().min(0),
  current: fingerprintSchema,
  /** Fingerprint of the next key, which may be held offline until it is needed. */
  nextCommitment: fingerprintSchema,
});
export type ChainStatement = z.infer<typeof chainStatementSchema>;

const typ = 'longshore-chain+jws';
const linkSchema = z.object({ move: z.string() });

export interface ChainHead {
  readonly serverId: ServerId;
  readonly signer: Signer;
  readonly nextCommitment: Fingerprint;
}

export function createChainHead({ serverId, signer, nextCommitment }: ChainHead): Promise<string> {
  return signLink({ serverId, index: 0, current: signer.fingerprint, nextCommitment }, signer, signer);
}

export interface ChainMove {
  readonly from: { readonly statement: ChainStatement; readonly signer: Signer };
  readonly to: Signer;
  readonly nextCommitment: Fingerprint;
}

export function createChainMove({ from, to, nextCommitment }: ChainMove): Promise<string> {
  const { serverId, index } = from.statement;
  return signLink({ serverId, index: index + 1, current: to.fingerprint, nextCommitment }, from.signer, to);
}

async function signLink(statement: ChainStatement, from: Signer, to: Signer): Promise<string> {
  const move = await signStatement({ typ, statement, signer: to });
  return signStatement({ typ, statement: { move }, signer: from });
}

/** What a reader holds before it walks: from an install token the fingerprint alone, later the commitment as well. */
export interface ChainPin {
  readonly fingerprint: Fingerprint;
  readonly nextCommitment?: Fingerprint;
}

export type ChainVerdict =
  | { readonly verdict: 'verified'; readonly statement: ChainStatement }
  | { readonly verdict: 'refused'; readonly reason: ChainProblem; readonly index: number | null };

export type ChainProblem =
  /** No link names the pinned key: another server, or a pin from before a chain that was lost. */
  | 'pin-not-in-chain'
  /** The link of the pinned key commits to another next key than the one that was remembered. */
  | 'commitment-changed'
  /** A link moves to a key that the one before did not commit to. */
  | 'uncommitted-key'
  /** A link is missing, doubled, or of another server. */
  | 'out-of-order'
  /** A link is not signed by both keys, or is no link at all. */
  | 'bad-signature';

/** Walks from the pin to the newest link. Links before the pin are normal and skipped. Never throws for bad input. */
export async function verifyChain(pin: ChainPin, links: readonly string[]): Promise<ChainVerdict> {
  const start = links.findIndex((link) => unverifiedLink(link)?.current === pin.fingerprint);
  if (start === -1) return { verdict: 'refused', reason: 'pin-not-in-chain', index: null };
  let last: ChainStatement | null = null;
  for (const link of links.slice(start)) {
    const step: ChainStatement | ChainProblem = last === null ? await readStart(link, pin) : await readMove(link, last);
    if (typeof step === 'string')
      return { verdict: 'refused', reason: step, index: last === null ? null : last.index + 1 };
    last = step;
  }
  return last === null
    ? { verdict: 'refused', reason: 'pin-not-in-chain', index: null }
    : { verdict: 'verified', statement: last };
}

/** The link of the pinned key counts by that key's own signature; who moved to it was checked when it was pinned. */
async function readStart(link: string, pin: ChainPin): Promise<ChainStatement | ChainProblem> {
  const move = unverifiedLink(link)?.move ?? '';
  const statement = await believed(
    verifyStatement({ typ, jws: move, signer: pin.fingerprint, schema: chainStatementSchema }),
  );
  if (statement === null || statement.current !== pin.fingerprint) return 'bad-signature';
  const remembered = pin.nextCommitment;
  if (remembered !== undefined && !isSameFingerprint(remembered, statement.nextCommitment)) return 'commitment-changed';
  return statement;
}

async function readMove(link: string, before: ChainStatement): Promise<ChainStatement | ChainProblem> {
  const outer = await believed(verifyStatement({ typ, jws: link, signer: before.current, schema: linkSchema }));
  if (outer === null) return 'bad-signature';
  if (unverifiedLink(link)?.current !== before.nextCommitment) return 'uncommitted-key';
  const signer = before.nextCommitment;
  const statement = await believed(verifyStatement({ typ, jws: outer.move, signer, schema: chainStatementSchema }));
  if (statement === null || statement.current !== signer) return 'bad-signature';
  if (statement.serverId !== before.serverId || statement.index !== before.index + 1) return 'out-of-order';
  return statement;
}

async function believed<Statement>(verification: Promise<Statement>): Promise<Statement | null> {
  try {
    return await verification;
  } catch (error) {
    if (error instanceof SignatureRefusedError) return null;
    throw error;
  }
}
