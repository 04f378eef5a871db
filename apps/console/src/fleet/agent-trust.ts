/** Is something missing of what an agent is known by? Both are out: no key is pinned, or its API key is revoked. */
import { z } from 'zod';
import type { Agent } from '@longshore/rest-contract';

export const trustGapSchema = z.enum(['no-pin', 'key-revoked']);
export type TrustGap = z.infer<typeof trustGapSchema>;

export const trustGapNames: Readonly<Record<TrustGap, string>> = { 'no-pin': 'No pin', 'key-revoked': 'Key revoked' };

export function trustGapsOf({ fingerprint, security }: Pick<Agent, 'fingerprint' | 'security'>): TrustGap[] {
  const gaps: TrustGap[] = [];
  if (fingerprint === null) gaps.push('no-pin');
  if (security.apiKey === null) gaps.push('key-revoked');
  return gaps;
}
