/** One more agent beside those of the installation, for specs that take its keys away: installed and run as by hand. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { agentIdSchema, type AgentId, type AgentType } from '@longshore/protocol';
import type { LongshoreClient } from '@longshore/rest-client';
import { distFolder } from './launcher';

const execute = promisify(execFile);
const program = resolve(distFolder, 'agent/main.js');

export class ExtraAgent {
  readonly id: AgentId;
  readonly home: string;
  private child: ChildProcess | null = null;
  private readonly folder: string;

  constructor(
    readonly type: AgentType,
    name: string,
  ) {
    this.id = agentIdSchema.parse(name);
    this.folder = mkdtempSync(join(tmpdir(), 'longshore-extra-'));
    this.home = join(this.folder, 'home');
  }

  async install(client: LongshoreClient): Promise<void> {
    const { token } = await client.createInstallToken({ type: this.type });
    await this.ask(['install', '--type', this.type, '--name', this.id, '--home', this.home, '--yes'], {
      LONGSHORE_INSTALL_TOKEN: token,
    });
  }

  /** A command line of the agent; answers with its output, throws with it when the exit code is not 0. */
  async ask(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<string> {
    const env = { ...process.env, ...environment };
    const { stdout } = await execute(process.execPath, [program, ...args], { env });
    return stdout;
  }

  start(): void {
    this.child = spawn(process.execPath, [program, 'run', '--home', this.home], { stdio: 'ignore' });
  }

  async stop(): Promise<void> {
    const { child } = this;
    this.child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await ended;
  }

  /** As if the host had been built anew: nothing is left of the agent. */
  async wipe(): Promise<void> {
    await this.stop();
    rmSync(this.home, { recursive: true, force: true });
  }

  /** A 0600 file beside the home. */
  file(name: string, content: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
