/**
 * What do worker and step host say to each other? One JSON object a line over a Unix socket (a named pipe on
 * Windows) in a 0700 folder. The first line must be a `hello` with the nonce of the run folder; everything after it
 * is a `HostRequest`, answered once by a `HostReply` with the same `id`, and interspersed with `HostNotice`s.
 *
 * A host outlives agent upgrades, so these forms only grow: unknown fields are ignored, `v` changes when one goes.
 */
import type { ExitRecord, KillReason } from '../attempt-folder/attempt-record';
import type { ProcessIdentity } from '../process-table/process-table';

export const hostProtocolVersion = 1;

export interface HostHello {
  readonly kind: 'hello';
  readonly v: number;
  readonly nonce: string;
}

/** What a step type made of its inputs: everything the host needs to start the step and to end it. */
export interface StepProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly workingDirectory: string;
  /** The whole environment: nothing of the host's own is added but the attempt's nonce. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number | null;
  readonly killGraceMs: number;
  /** Whether background children die when the step ends by itself. */
  readonly reap: boolean;
}

interface Request {
  readonly id: number;
}

export type HostRequest =
  | (Request & { readonly kind: 'start'; readonly attemptId: string; readonly program: StepProgram })
  | (Request & { readonly kind: 'status'; readonly attemptId: string })
  | (Request & { readonly kind: 'kill'; readonly attemptId: string; readonly reason: KillReason })
  | (Request & { readonly kind: 'list' })
  /** Leave as soon as no step runs, although workers are connected. */
  | (Request & { readonly kind: 'retire' });

export type HostReply =
  | (Request & { readonly kind: 'running'; readonly attemptId: string; readonly process: ProcessIdentity })
  | (Request & { readonly kind: 'ended'; readonly attemptId: string; readonly exit: ExitRecord })
  /** Not this host's, or not any more: the attempt's folder tells the rest. */
  | (Request & { readonly kind: 'not-hosted'; readonly attemptId: string })
  | (Request & { readonly kind: 'attempts'; readonly attemptIds: readonly string[] })
  | (Request & { readonly kind: 'refused'; readonly problem: string });

export type HostNotice =
  | { readonly kind: 'welcome'; readonly hostPid: number }
  | { readonly kind: 'exited'; readonly attemptId: string; readonly exit: ExitRecord };

export type FromHost = HostReply | HostNotice;
