/** The monitor process: `node monitor.main.js <home> [--foreground]`. Started by the service or by `longshore-agent run`. */
import { describeProblem } from './cli/describe-problem';
import { runMonitor } from './monitor/run-monitor';

const [home, mode] = process.argv.slice(2);
if (home === undefined) {
  process.stderr.write('monitor: the home of an agent is missing\n');
  process.exit(2);
}
runMonitor({ home, foreground: mode === '--foreground' }).then(
  () => process.exit(0),
  (cause: unknown) => {
    process.stderr.write(`longshore-agent: ${describeProblem(cause).message}\n`);
    process.exit(1);
  },
);
