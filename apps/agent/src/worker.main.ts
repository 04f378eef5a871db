/** The worker process: `node worker.main.js <home>`, started by its monitor only. */
import { runWorker } from './worker/run-worker';

runWorker(process.argv[2] ?? '').catch((cause: unknown) => {
  process.stderr.write(`worker: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`);
  process.exit(1);
});
