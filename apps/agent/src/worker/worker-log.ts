/** The worker's log lines go to its standard output, which the monitor appends to the one log file of the agent. */
import type { LogDetails, LogLevel } from '@longshore/agent-runtime';

export function writeWorkerLog(level: LogLevel, text: string, details: LogDetails = {}): void {
  process.stdout.write(
    `${JSON.stringify({ time: new Date().toISOString(), level, from: 'worker', text, ...details })}\n`,
  );
}
