/**
 * What is the life of one step under its host? claim → spawn → started record → exit record. Each record is synced
 * before the next thing happens, so whoever reads the folder later sees at worst one step too little, never one too
 * much: a claim without a start record may have spawned; without a claim, nothing did.
 */
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { stat, unlink } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { attemptFolder, type AttemptFolder } from '../attempt-folder/attempt-folder';
import {
  createRecord,
  readClaim,
  takeRoomForExit,
  writeExit,
  writeRecord,
  type ExitRecord,
  type KillReason,
} from '../attempt-folder/attempt-record';
import { isErrno, syncFile } from '../attempt-folder/durable-file';
import { killTree } from '../process-table/kill-tree';
import { monotonicMs } from '../process-table/monotonic-clock';
import type { ProcessIdentity, ProcessTable } from '../process-table/process-table';
import { armTimeout } from './arm-timeout';
import type { StepProgram } from './host-message';
import { spawnStep } from './spawn-step';

/** How long background children of a step type that says `reap` have between TERM and KILL. */
const reapGraceMs = 1_000;
const recordAgainMs = 1_000;

interface Ending {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly spawnError: string | null;
}

export class HostedAttempt {
  private readonly nonce = randomBytes(16).toString('hex');
  private readonly folder: AttemptFolder;
  private spawnedAtMs = 0;
  private killing: Promise<void> | undefined;
  /** Undefined until the process was spawned, and for ever when it could not be. */
  process: ProcessIdentity | undefined;

  constructor(
    folderPath: string,
    private readonly program: StepProgram,
    private readonly table: ProcessTable,
  ) {
    this.folder = attemptFolder(folderPath);
  }

  /** False: somebody else has the claim, and this host must never spawn it. */
  async claim(): Promise<boolean> {
    const claimant = this.table.identify(process.pid);
    try {
      const isOurs = await createRecord(this.folder.claim, { purpose: 'start', claimant, nonce: this.nonce });
      if (isOurs) await takeRoomForExit(this.folder.exit);
      return isOurs;
    } catch (error) {
      // A claim that may not survive a power cut, or whose exit could not be told, is given back: nothing was spawned under it.
      if ((await readClaim(this.folder.claim))?.nonce === this.nonce) await unlink(this.folder.claim);
      throw error;
    }
  }

  /** Resolves when the start is on disk; the exit follows through the second promise. */
  async start(): Promise<{ readonly ended: Promise<ExitRecord> }> {
    const spawned = this.spawn();
    if ('spawnError' in spawned) return { ended: Promise.resolve(await this.recordExit(spawned)) };
    const { child, ending } = spawned;
    if (child.pid === undefined) return { ended: Promise.resolve(await this.recordExit(await ending)) };
    this.process = this.table.identify(child.pid);
    const ended = this.untilEnded(ending);
    await this.recordStart(this.process);
    return { ended };
  }

  /** Ends the whole tree; the first reason stands. */
  kill(reason: KillReason): void {
    this.killing ??= this.killTree(reason);
  }

  /** The listeners are set in the turn of the spawn, so that no exit, however early, is missed. */
  private spawn(): Ending | { child: ChildProcess; ending: Promise<Ending> } {
    this.spawnedAtMs = performance.now();
    try {
      const child = spawnStep(this.program, this.folder, this.nonce);
      const ending = new Promise<Ending>((resolve) => {
        child.once('exit', (exitCode, signal) => resolve({ exitCode, signal, spawnError: null }));
        child.once('error', (error) => resolve({ exitCode: null, signal: null, spawnError: error.message }));
      });
      return { child, ending };
    } catch (error) {
      return { exitCode: null, signal: null, spawnError: error instanceof Error ? error.message : String(error) };
    }
  }

  /** The step runs whether or not this record can be written: a full disk costs evidence, not the step. */
  private async recordStart(identity: ProcessIdentity): Promise<void> {
    const startedAt = new Date().toISOString();
    const record = { process: identity, nonce: this.nonce, startedAt, startedMonotonicMs: monotonicMs() };
    await writeRecord(this.folder.started, record).catch(() => undefined);
  }

  private async untilEnded(ending: Promise<Ending>): Promise<ExitRecord> {
    const disarm = armTimeout(this.program.timeoutMs, () => this.kill('timed-out'));
    const end = await ending;
    disarm();
    const wallMs = performance.now() - this.spawnedAtMs;
    await this.killing;
    const exit = await this.recordExit(end, wallMs);
    if (this.program.reap && this.killing === undefined) await this.endTree(reapGraceMs);
    return exit;
  }

  private async killTree(reason: KillReason): Promise<void> {
    await writeRecord(this.folder.kill, { reason, at: new Date().toISOString() }).catch(() => undefined);
    await this.endTree(this.program.killGraceMs);
  }

  private async endTree(graceMs: number): Promise<void> {
    if (this.process === undefined) return;
    await killTree({ table: this.table, root: this.process, nonce: this.nonce, graceMs });
  }

  /**
   * Tried until the disk takes it, and it has room of its own: a full disk does not lose the result. Only where the folder itself is
   * gone is there nobody left to read it.
   */
  private async recordExit(ending: Ending, wallMs = 0): Promise<ExitRecord> {
    const lengths = { stdout: await lengthOf(this.folder.stdout), stderr: await lengthOf(this.folder.stderr) };
    const exit = { ...ending, lengths, endedAt: new Date().toISOString(), wallMs: Math.round(wallMs) };
    for (;;) {
      try {
        await writeExit(this.folder.exit, exit);
        return exit;
      } catch (error) {
        if (isErrno(error, 'ENOENT')) return exit;
        await pause(recordAgainMs);
      }
    }
  }
}

/** The output should be on disk before a record says how long it is; that it is there is what counts. */
async function lengthOf(path: string): Promise<number> {
  try {
    return await syncFile(path);
  } catch {
    return (await stat(path).catch(() => undefined))?.size ?? 0;
  }
}
