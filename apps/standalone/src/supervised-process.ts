/**
 * Keeps one process of the installation alive: started again with a growing pause when it ends by itself, stopped with
 * TERM and, after a bound, KILL. This is what a service manager does elsewhere.
 *
 * Ends for good when `stop` is called, or when the process ends with code 0 and `whenDone` is `leave` (an agent that
 * somebody stopped on purpose stays stopped).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, rmSync } from 'node:fs';
import { rememberProcess } from '@longshore/embedded';

export interface ProcessPlan {
  readonly name: string;
  /** Given to Node, before the script. */
  readonly nodeFlags?: readonly string[];
  readonly script: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  /** Names the process while it runs. */
  readonly recordFile: string;
  readonly whenDone: 'restart' | 'leave';
  readonly say: (text: string) => void;
}

const firstPauseMs = 500;
const longestPauseMs = 10_000;
/** Long enough for the server to drain and for an agent to say goodbye; see docs/timeouts.md. */
export const stopMs = 15_000;

export class SupervisedProcess {
  private child: ChildProcess | null = null;
  private stopping = false;
  private pauseMs = firstPauseMs;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly plan: ProcessPlan) {}

  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  start(): void {
    const log = openSync(this.plan.logFile, 'a', 0o600);
    const child = spawn(process.execPath, [...(this.plan.nodeFlags ?? []), this.plan.script, ...this.plan.args], {
      stdio: ['ignore', log, log],
      env: this.plan.env,
      // A Ctrl-C in the terminal reaches the launcher alone, which stops the parts in their order.
      detached: true,
    });
    closeSync(log);
    this.child = child;
    if (child.pid !== undefined) rememberProcess(this.plan.recordFile, child.pid);
    const startedAt = performance.now();
    child.once('exit', (code, signal) => this.ended(code, signal, performance.now() - startedAt));
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    const child = this.child;
    if (child === null) return;
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), stopMs);
    await exited;
    clearTimeout(killer);
  }

  private ended(code: number | null, signal: NodeJS.Signals | null, livedMs: number): void {
    this.child = null;
    rmSync(this.plan.recordFile, { force: true });
    if (this.stopping) return;
    const how = signal ?? `code ${code}`;
    if (code === 0 && this.plan.whenDone === 'leave') {
      this.plan.say(`${this.plan.name} was stopped; start it again with: longshore-agent ${this.plan.args.join(' ')}`);
      return;
    }
    this.pauseMs = livedMs > longestPauseMs ? firstPauseMs : Math.min(this.pauseMs * 2, longestPauseMs);
    this.plan.say(`${this.plan.name} ended (${how}); starting it again`);
    this.timer = setTimeout(() => this.start(), this.pauseMs);
  }
}
