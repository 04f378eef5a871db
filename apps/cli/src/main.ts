/** `longshore`: the command line for operators and automation. */
import { openProcessTerminal } from './process-terminal';
import { runCommandLine } from './command-line';

// `longshore logs … | head` closes the pipe early, which is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

runCommandLine(process.argv.slice(2), openProcessTerminal()).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`longshore: ${String(error)}\n`);
    process.exitCode = 1;
  },
);
