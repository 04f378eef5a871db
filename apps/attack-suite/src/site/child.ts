/** One process of ours: its output kept, its end awaited, stopped by its own pid. */
import { type ChildProcess, spawn } from 'node:child_process';
import { plainEnvironment } from './programs';

const killAfterMs = 10_000;
const running = new Set<Child>();

/** Whatever a test that failed has left. */
export async function stopLeftOvers(): Promise<void> {
  await Promise.all([...running].map((child) => child.stop()));
}

export class Child {
  output = '';
  private readonly child: ChildProcess;
  readonly ended: Promise<number | null>;

  constructor(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, args, {
      env: { ...plainEnvironment(), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (piece: Buffer) => (this.output = (this.output + piece.toString()).slice(-400_000)));
    }
    this.ended = new Promise((settle) => this.child.once('exit', (code) => settle(code)));
    running.add(this);
    void this.ended.then(() => running.delete(this));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async stop(): Promise<number | null> {
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), killAfterMs);
    const code = await this.ended;
    clearTimeout(late);
    return code;
  }
}
