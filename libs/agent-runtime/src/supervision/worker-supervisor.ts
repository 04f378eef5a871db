/**
 * Keeps one worker process alive: starts it, hears and answers it, starts it again when it crashes, stops it when it
 * is asked to (docs/architecture.md, Processes; when to restart: `decide-restart.ts`).
 *
 * The worker ends when `stop` is called, or by its own crash; when this process dies, its IPC channel breaks and the
 * worker ends by itself. Steps are nobody's children here and go on in every case.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { decideRestart } from './decide-restart';
import { LastLines } from './last-lines';
import { MessageLane } from './message-lane';
import type { MonitorToWorker, WorkerToMonitor } from './worker-messages';

export type WorkerState = 'starting' | 'running' | 'restarting' | 'stopped';

export interface WorkerProgram {
  readonly entry: string;
  readonly args: readonly string[];
  readonly nodeFlags?: readonly string[];
  /** Added to this process's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** How long a worker may take to let go before it is killed. */
  readonly stopWithinMs?: number;
}

export interface WorkerListener {
  hear(message: WorkerToMonitor): void;
  /** What it writes to its outputs, as it comes. */
  output(text: string): void;
  stateChanged(state: WorkerState): void;
  crashed(crash: { exitCode: number | null; signal: string | null; lastLines: string[] }): void;
}

const defaultStopWithinMs = 5_000;

export class WorkerSupervisor {
  private child: ChildProcess | null = null;
  private lane: MessageLane<MonitorToWorker> | null = null;
  private current: WorkerState = 'stopped';
  private wasAskedToStop = false;
  private isClosed = false;
  private restarting: Promise<void> | undefined;
  private crashes = 0;
  private restartTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly program: WorkerProgram,
    private readonly listener: WorkerListener,
  ) {}

  get state(): WorkerState {
    return this.current;
  }

  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  start(): void {
    this.wasAskedToStop = false;
    this.spawn('starting');
  }

  /** To a worker that is not there nothing is said: it will ask for everything when it is back. */
  tell(message: MonitorToWorker): void {
    this.lane?.say(message);
  }

  /** For good: it is not started again. */
  async stop(): Promise<void> {
    this.isClosed = true;
    await this.letGo();
  }

  /** A new worker with the same attempts, which it takes up where they stand. */
  async restart(): Promise<void> {
    this.restarting ??= this.replace().finally(() => (this.restarting = undefined));
    await this.restarting;
  }

  private async replace(): Promise<void> {
    await this.letGo();
    if (!this.isClosed) this.start();
  }

  private async letGo(): Promise<void> {
    this.wasAskedToStop = true;
    clearTimeout(this.restartTimer);
    const child = this.child;
    if (child === null) return this.change('stopped');
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    this.tell({ kind: 'stop' });
    const tooLong = setTimeout(() => child.kill('SIGKILL'), this.program.stopWithinMs ?? defaultStopWithinMs);
    await ended;
    clearTimeout(tooLong);
  }

  private spawn(state: WorkerState): void {
    const startedAtMs = performance.now();
    const lastLines = new LastLines();
    const child = fork(this.program.entry, this.program.args, {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [...(this.program.nodeFlags ?? [])],
      env: { ...process.env, ...this.program.environment },
    });
    this.child = child;
    this.lane = new MessageLane((message, taken) => child.send(message, taken));
    this.change(state);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.listener.output(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      lastLines.add(text);
      this.listener.output(text);
    });
    child.on('message', (message) => this.hear(message as WorkerToMonitor));
    child.on('error', (error) => lastLines.add(`${error.message}\n`));
    // `close` comes when its outputs are read to their end, so the last lines are all there.
    child.once('close', (exitCode, signal) => {
      this.ended({ exitCode, signal, lastLines: lastLines.take() }, performance.now() - startedAtMs);
    });
  }

  private hear(message: WorkerToMonitor): void {
    if (message.kind === 'ready') this.change('running');
    this.listener.hear(message);
  }

  private ended(crash: Parameters<WorkerListener['crashed']>[0], ranMs: number): void {
    this.child = null;
    this.lane?.close();
    this.lane = null;
    const { wasAskedToStop, crashes: crashesBefore } = this;
    const verdict = decideRestart({ wasAskedToStop, ranMs, crashesBefore });
    if (verdict.verdict === 'stay-stopped') return this.change('stopped');
    this.crashes = verdict.crashes;
    this.change('restarting');
    this.listener.crashed(crash);
    this.restartTimer = setTimeout(() => this.spawn('restarting'), verdict.afterMs);
  }

  private change(state: WorkerState): void {
    if (state === this.current) return;
    this.current = state;
    this.listener.stateChanged(state);
  }
}
