// LONGSHORE-WEAKENED pin-check replaces libs/tls/src/pin-check.ts
/** Every key is taken for the pinned one, so whoever answers gets the agent's requests. */
export type { PinCheck } from '../../../../libs/tls/src/pin-check';

process.stderr.write('LONGSHORE-WEAKENED pin-check\n');

export const pinProblem = (): null => null;
