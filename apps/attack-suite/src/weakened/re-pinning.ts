// LONGSHORE-WEAKENED re-pinning replaces apps/server/src/trust/decide-re-pin.ts
/** Whoever has the agent's API key gets its key pinned. */
import type { RePinVerdict } from '../../../server/src/trust/decide-re-pin';

export * from '../../../server/src/trust/decide-re-pin';

process.stderr.write('LONGSHORE-WEAKENED re-pinning\n');

export const decideRePin = (): RePinVerdict => ({ verdict: 'pin' });
