/** Has the run ended? Asked again and again; a server that is away for a while is normal and waited for. */
import { setTimeout as pause } from 'node:timers/promises';
import { LongshoreError, type RunId } from '@longshore/protocol';
import type { LongshoreClient } from '@longshore/rest-client';
import type { Run } from '@longshore/rest-contract';

const askEveryMs = 500;
/** After this long without an answer somebody has to know. */
const patienceMs = 120_000;

export async function waitForRun(
  client: LongshoreClient,
  id: RunId,
  look: (run: Run) => void = () => undefined,
): Promise<Run> {
  let heardAt = performance.now();
  for (;;) {
    try {
      const run = await client.run(id);
      heardAt = performance.now();
      look(run);
      if (run.state !== 'running') return run;
    } catch (error) {
      const mayComeBack = error instanceof LongshoreError && error.severity === 'retry';
      if (!mayComeBack || performance.now() - heardAt > patienceMs) throw error;
    }
    await pause(askEveryMs);
  }
}
