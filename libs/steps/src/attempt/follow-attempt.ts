/**
 * From "it runs" to "this is how it ended": ships the logs while the step runs, waits for its end and for the server
 * to have every byte, and says the last word. The same for an attempt just started and one taken up again.
 */
import { stat } from 'node:fs/promises';
import { LongshoreError, type LogStream, type StepEnded } from '@longshore/protocol';
import { attemptFolder } from '../attempt-folder/attempt-folder';
import { readKill } from '../attempt-folder/attempt-record';
import { LogShipper } from '../log/log-shipper';
import type { LogSink } from '../log/log-sink';
import { IdentityMasker } from '../log/masker';
import type { ShippedLog } from '../log/shipped-log';
import { readStepOutputs } from '../plug-in/step-outputs';
import type { StepHostLink } from '../step-host-link/step-host-link';
import type { SettledVerdict } from '../step-host-link/settle-attempt';
import type { AttemptOrder } from './attempt-order';
import { awaitEnd } from './await-end';
import type { FinalVerdict } from './decide-outcome';
import { forgetToken } from './forget-token';
import { composeStepEnded } from './step-ended';

export interface FollowedAttempt {
  readonly order: AttemptOrder;
  readonly folderPath: string;
  readonly link: StepHostLink;
  readonly logSink: LogSink;
  /** Ends the step. */
  readonly cancel: AbortSignal;
  /** Leaves the step alone and stops following it: the worker is going. */
  readonly stop: AbortSignal;
}

export async function followAttempt(attempt: FollowedAttempt, first: SettledVerdict): Promise<StepEnded> {
  const { order, link, stop } = attempt;
  const { attemptId, timeoutMs, logStreams } = order.step;
  const folder = attemptFolder(attempt.folderPath);
  const stopListening = killOnCancel(attempt);
  try {
    const ending = awaitEnd({ attemptId, timeoutMs, link, stop }, first).then(async (verdict) => {
      await forgetToken(attempt.folderPath);
      return verdict;
    });
    const shipping = logStreams.map(async (stream) => [stream, await shipLog(attempt, stream, ending)] as const);
    const [verdict, ...logs] = await Promise.all([ending, ...shipping]);
    const killedFor = (await readKill(folder.kill))?.reason;
    const outputs = await readStepOutputs(folder.outputs);
    return composeStepEnded(order.step, { verdict, killedFor, outputs, logs });
  } finally {
    stopListening();
  }
}

async function shipLog(
  attempt: FollowedAttempt,
  stream: LogStream,
  ending: Promise<FinalVerdict>,
): Promise<ShippedLog> {
  const { attemptId } = attempt.order.step;
  const path = attemptFolder(attempt.folderPath)[stream];
  const source = { attemptId, stream, path, createMasker: () => new IdentityMasker() };
  const shipper = new LogShipper(source, attempt.logSink);
  const ended = ending.then(async (verdict) => shipper.end(await finalLength(verdict, stream, path)));
  try {
    const [digest] = await Promise.all([shipper.ship(attempt.stop), ended]);
    return { digest };
  } catch (error) {
    attempt.stop.throwIfAborted();
    if (!(error instanceof LongshoreError) || error.severity === 'retry') throw error;
    return { problem: `log ${stream}: ${error.message}` };
  }
}

/** Where nobody saw the end, what is there is what there is. */
async function finalLength(verdict: FinalVerdict, stream: LogStream, path: string): Promise<number> {
  if (verdict.kind === 'exited') return verdict.exit.lengths[stream];
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

function killOnCancel({ order, link, cancel }: FollowedAttempt): () => void {
  const kill = () => {
    // Where the link cannot deliver it, the command is still in the inbox and comes again.
    link.kill(order.step.attemptId, 'cancelled').catch(() => undefined);
  };
  if (cancel.aborted) kill();
  cancel.addEventListener('abort', kill, { once: true });
  return () => cancel.removeEventListener('abort', kill);
}
