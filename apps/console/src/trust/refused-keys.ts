/** Which keys does a security event speak of? Details are the server's and may be of a later version. */
import { z } from 'zod';
import type { SecurityEvent } from '@longshore/rest-contract';

const fingerprint = z.string().nullish().catch(null);
const detailsSchema = z.object({
  leg: z.string().nullish().catch(null),
  expected: fingerprint,
  presented: fingerprint,
});

export interface RefusedKeys {
  readonly leg: string | null;
  readonly expected: string | null;
  readonly presented: string | null;
}

/** Null: the event is not about keys. */
export function refusedKeysOf({ details }: Pick<SecurityEvent, 'details'>): RefusedKeys | null {
  const { leg, expected, presented } = detailsSchema.safeParse(details).data ?? {};
  if ((expected ?? null) === null && (presented ?? null) === null) return null;
  return { leg: leg ?? null, expected: expected ?? null, presented: presented ?? null };
}

/** What else the details hold, for reading: a name and its value. */
export function otherDetailsOf(event: Pick<SecurityEvent, 'details'>): (readonly [string, string])[] {
  const shown = refusedKeysOf(event) === null ? [] : ['leg', 'expected', 'presented'];
  return Object.entries(event.details ?? {})
    .filter(([name]) => !shown.includes(name))
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const);
}
