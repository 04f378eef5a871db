/** Which logs does a run have by now, and which of them are meant? */
import { logStreams, type LogStream } from '@longshore/protocol';
import type { Attempt, Item, Run } from '@longshore/rest-contract';

export interface LogChoice {
  readonly step: string | null;
  readonly agent: string | null;
  readonly stream: LogStream | null;
}

export const allLogs: LogChoice = { step: null, agent: null, stream: null };

export interface LogSource {
  readonly item: Item;
  readonly attempt: Attempt;
  readonly stream: LogStream;
}

/** What has not started has written nothing. */
export function startedLogs(run: Run, choice: LogChoice): LogSource[] {
  const streams = choice.stream === null ? logStreams : [choice.stream];
  return chosenItems(run, choice).flatMap((item) =>
    item.attempts
      .filter(({ state }) => state === 'running' || state === 'ended')
      .flatMap((attempt) => streams.map((stream) => ({ item, attempt, stream }))),
  );
}

/** Several items, not several streams, make a prefix necessary: the streams have outlets of their own. */
export function needsPrefix(run: Run, choice: LogChoice): boolean {
  return chosenItems(run, choice).length > 1;
}

export function chosenItems({ items }: Run, { step, agent }: LogChoice): Item[] {
  return items.filter((item) => (step === null || item.step === step) && (agent === null || item.agentId === agent));
}
