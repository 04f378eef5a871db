/** The launcher process as a user runs it, seen from outside: its output, its ready file, its end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LauncherPlan {
  readonly dataFolder: string;
  readonly portBase: number;
  readonly readyFile: string;
  /** Instead of what this process has under these names. */
  readonly environment?: NodeJS.ProcessEnv;
}

export const distFolder = resolve(__dirname, '../../../../dist/apps');
const readyWithinMs = 180_000;

export class Launcher {
  output = '';
  private child: ChildProcess | null = null;
  private ended: Promise<number | null> = Promise.resolve(null);

  constructor(readonly plan: LauncherPlan) {}

  /** Resolves when the ready file is there; throws with what the launcher printed when it ends before. */
  async start(): Promise<void> {
    this.spawn();
    const deadline = performance.now() + readyWithinMs;
    while (!existsSync(this.plan.readyFile)) {
      if (!this.isRunning || performance.now() > deadline) {
        throw new Error(`the launcher did not become ready:\n${this.output}\n${this.serverLog()}`);
      }
      await sleep(50);
    }
  }

  /** Starts and waits for the end: for starts that must be refused. */
  async startAndFail(): Promise<number | null> {
    this.spawn();
    return this.ended;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  async stop(): Promise<number | null> {
    this.child?.kill('SIGINT');
    return this.ended;
  }

  private spawn(): void {
    const { dataFolder, portBase, readyFile, environment } = this.plan;
    rmSync(readyFile, { force: true });
    const script = resolve(distFolder, 'standalone/main.js');
    const args = [script, '--data', dataFolder, '--port-base', String(portBase), '--ready-file', readyFile];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...withoutJest(process.env), ...environment },
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (piece: Buffer) => (this.output += piece.toString()));
    }
    this.child = child;
    this.ended = new Promise((done) => child.once('close', (code) => done(code)));
  }

  private serverLog(): string {
    const file = resolve(this.plan.dataFolder, 'log/server.log');
    return existsSync(file) ? readFileSync(file, 'utf8').slice(-4000) : '';
  }
}

function withoutJest(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(JEST|NODE_ENV|E2E_|LONGSHORE_)/.test(name)));
}
