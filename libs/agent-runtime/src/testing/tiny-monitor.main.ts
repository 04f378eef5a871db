/** A monitor of a few lines that only keeps a worker, so that a test can kill it: `tiny-monitor <worker> <path>`. */
import { WorkerSupervisor } from '../supervision/worker-supervisor';

const [entry = '', path = ''] = process.argv.slice(2);
const supervisor = new WorkerSupervisor(
  { entry, args: ['stay', path] },
  {
    hear: () => process.stdout.write(`worker ${supervisor.pid}\n`),
    output: () => undefined,
    stateChanged: () => undefined,
    crashed: () => undefined,
  },
);
supervisor.start();
