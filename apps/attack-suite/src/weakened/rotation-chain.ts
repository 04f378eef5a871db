// LONGSHORE-WEAKENED rotation-chain replaces libs/pinning/src/rotation-chain.ts
/** The newest link is believed, whoever made it. */
import { chainStatementSchema, type ChainPin, type ChainVerdict } from '../../../../libs/pinning/src/rotation-chain';
import { unverifiedLink } from '../../../../libs/pinning/src/unverified-link';

export * from '../../../../libs/pinning/src/rotation-chain';

process.stderr.write('LONGSHORE-WEAKENED rotation-chain\n');

export async function verifyChain(_pin: ChainPin, links: readonly string[]): Promise<ChainVerdict> {
  const [, payload] = (unverifiedLink(links.at(-1) ?? '')?.move ?? '').split('.');
  const content: unknown = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString());
  return { verdict: 'verified', statement: chainStatementSchema.parse(content) };
}
