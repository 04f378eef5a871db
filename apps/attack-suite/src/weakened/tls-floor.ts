// LONGSHORE-WEAKENED tls-floor replaces libs/tls/src/tls-floor.ts
/** Old versions, old suites, and session tickets. */
import type { SecureContextOptions } from 'node:tls';

export type { MinTlsVersion } from '../../../../libs/tls/src/tls-floor';

process.stderr.write('LONGSHORE-WEAKENED tls-floor\n');

export const tlsFloor = (): SecureContextOptions => ({ minVersion: 'TLSv1', ciphers: 'ALL:eNULL:aNULL:@SECLEVEL=0' });
