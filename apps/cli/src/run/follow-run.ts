/** Reads the chosen logs of a run as they come, and answers with the run when it and its logs have ended. */
import type { RunId } from '@longshore/protocol';
import type { LongshoreClient } from '@longshore/rest-client';
import type { Run } from '@longshore/rest-contract';
import type { LogWriter } from './log-writer';
import { startedLogs, type LogChoice, type LogSource } from './run-logs';
import { createTurnstile } from './turnstile';
import { waitForRun } from './wait-for-run';

export interface LogFollowing {
  readonly choice: LogChoice;
  readonly openWriter: (source: LogSource) => LogWriter;
}

/** Logs read at once. Each waits on a connection of its own; more than this would not be read by a person either. */
const mostAtOnce = 48;

export async function followRun(
  client: LongshoreClient,
  id: RunId,
  { choice, openWriter }: LogFollowing,
): Promise<Run> {
  const seen = new Set<string>();
  const readings: Promise<void>[] = [];
  const turnstile = createTurnstile(mostAtOnce);
  const problems: unknown[] = [];
  const look = (run: Run): void => {
    for (const source of startedLogs(run, choice)) {
      const name = `${source.attempt.id}/${source.stream}`;
      if (seen.has(name)) continue;
      seen.add(name);
      const reading = turnstile(() => copyLog(client, source, { writer: openWriter(source), follow: true }));
      readings.push(reading.catch((error: unknown) => void problems.push(error)));
    }
  };
  const run = await waitForRun(client, id, look);
  await Promise.all(readings);
  if (problems.length > 0) throw problems[0];
  return run;
}

export interface LogCopy {
  readonly writer: LogWriter;
  /** Until the log is complete; otherwise what the server holds now. */
  readonly follow: boolean;
}

export async function copyLog(
  client: LongshoreClient,
  { attempt, stream }: LogSource,
  { writer, follow }: LogCopy,
): Promise<void> {
  for await (const { bytes } of client.followLog({ attemptId: attempt.id, stream, follow })) await writer.write(bytes);
  await writer.end();
}
