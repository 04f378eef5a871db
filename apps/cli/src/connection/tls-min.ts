/**
 * Which is the oldest TLS that this command line speaks? 1.3, unless the flag, the environment or the login says 1.2;
 * nothing older can be said (docs/protocol.md, Identity and pins).
 */
import { z } from 'zod';
import type { MinTlsVersion } from '@longshore/tls';
import { UsageInvalidError } from '../cli-errors';

const versions = ['TLSv1.3', 'TLSv1.2'] as const satisfies readonly MinTlsVersion[];
export const tlsMinSchema = z.enum(versions);

/** Null where nothing is said; `field` is the flag or variable. */
export function readTlsMin(field: string, said: unknown): MinTlsVersion | null {
  if (said === undefined || said === '') return null;
  const parsed = tlsMinSchema.safeParse(said);
  if (parsed.success) return parsed.data;
  throw new UsageInvalidError(field, `must be ${versions.join(' or ')}`);
}

export function chooseTlsMin(
  said: MinTlsVersion | null,
  environment: Readonly<Record<string, string | undefined>>,
  remembered: MinTlsVersion | undefined,
): MinTlsVersion {
  return said ?? readTlsMin('LONGSHORE_TLS_MIN', environment['LONGSHORE_TLS_MIN']) ?? remembered ?? 'TLSv1.3';
}
