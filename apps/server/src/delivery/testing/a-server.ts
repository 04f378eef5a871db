/** The delivery half and the run engine of a server over a real database, with wires that lead nowhere. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  applyMigrations,
  Database,
  ProcessStore,
  RunReads,
  RunStore,
  ServerRecordStore,
  StoredSecretStore,
} from '@longshore/persistence';
import type { AgentId, AgentType, CommandMessage, Outcome, RunId, ServerId } from '@longshore/protocol';
import { type AgentSelection, processDefinitionSchema } from '@longshore/rest-contract';
import type { z } from 'zod';
import { ProcessSaving } from '../../runs/process-saving';
import { RunEngine } from '../../runs/run-engine';
import { RunStart } from '../../runs/run-start';
import { DataKeyFile } from '../../secrets/data-key-file';
import { FileDataKeys } from '../../secrets/file-data-keys';
import { StepSecrets } from '../../secrets/step-secrets';
import { composeDelivery, type DeliveryParts } from '../compose-delivery';
import { WelcomeContent } from '../welcome-content';
import { RecordingChannel } from './recording-channel';
import { SimulatedAgent } from './simulated-agent';

class PlainWelcome extends WelcomeContent {
  override readonly heartbeatMs = 15_000;
  override async brokers(): Promise<string | null> {
    return null;
  }
  override async statements(): Promise<readonly string[]> {
    return [];
  }
  override async identityFor(): Promise<'keep'> {
    return 'keep';
  }
}

type StepInput = z.input<typeof processDefinitionSchema>['steps'][number];

export class TestServer {
  readonly channels = { web: new RecordingChannel('web'), jms: new RecordingChannel('jms') };
  readonly reads: RunReads;
  readonly processes: ProcessStore;
  private ownsFolder = true;
  private readonly saving: ProcessSaving;
  private readonly runStart: RunStart;

  private constructor(
    readonly database: Database,
    readonly delivery: DeliveryParts,
    readonly engine: RunEngine,
    private readonly kept: { readonly folder: string; readonly dataKeys: FileDataKeys },
  ) {
    delivery.channels.register(this.channels.web);
    delivery.channels.register(this.channels.jms);
    this.reads = new RunReads(database);
    const { wakeups } = delivery;
    const secrets = new StoredSecretStore();
    this.processes = new ProcessStore(database);
    this.saving = new ProcessSaving(database, this.processes, secrets, this.dataKeys);
    this.runStart = new RunStart({
      database,
      processes: this.processes,
      runs: new RunStore(database),
      secrets,
      engine,
      wakeups,
    });
  }

  /** With `folder`, that of another server, they share the data keys. */
  static async open(
    url: string,
    log: (line: string, error: unknown) => void = fail,
    folder = mkdtempSync(join(tmpdir(), 'longshore-delivery-')),
  ): Promise<TestServer> {
    const database = await Database.open({ url, log: () => undefined });
    await applyMigrations(database.pool);
    const server = await new ServerRecordStore(database).open(randomUUID() as ServerId);
    const dataKeys = await openDataKeys(database, folder);
    const secrets = new StepSecrets(dataKeys);
    const delivery = composeDelivery({ database, server, welcome: new PlainWelcome(), secrets, log });
    const engine = new RunEngine({ database, runs: new RunStore(database), wakeups: delivery.wakeups, log });
    return new TestServer(database, delivery, engine, { folder, dataKeys });
  }

  get dataKeys(): FileDataKeys {
    return this.kept.dataKeys;
  }

  /** The data folder, as far as there is one. */
  get folder(): string {
    return this.kept.folder;
  }

  get url(): string {
    return this.database.pool.options.connectionString ?? '';
  }

  /** A second server process of the same installation. */
  again(): Promise<TestServer> {
    return TestServer.open(this.url, fail, this.folder).then((other) => Object.assign(other, { ownsFolder: false }));
  }

  async close(): Promise<void> {
    await this.engine.stop();
    this.delivery.upkeep.stop();
    await this.delivery.dispatcher.stop();
    await this.delivery.statuses.flush();
    await this.database.close();
    if (this.ownsFolder) rmSync(this.folder, { recursive: true, force: true });
  }

  async agent(
    name: string,
    row: { type?: AgentType; approved?: boolean; tags?: string[] } = {},
  ): Promise<SimulatedAgent> {
    const { type = 'web', approved = true, tags = [] } = row;
    await this.database.query(
      `INSERT INTO agents (id, name, type, approved, fingerprint, public_key_pem, certificate_pem, tags)
       VALUES ($1, $1, $2, $3, 'sha256/' || $1, '', '', $4)`,
      [name, type, approved, tags],
    );
    return this.agentAgain(name, type);
  }

  /** The same agent as this server sees it: for a second server over the same database. */
  agentAgain(name: string, type: AgentType = 'web'): SimulatedAgent {
    return new SimulatedAgent(name as AgentId, type, this.delivery.intake, this.channels[type]);
  }

  async start(steps: readonly StepInput[], agents: AgentSelection = { all: true }): Promise<RunId> {
    await this.save(steps);
    return this.startSaved(agents);
  }

  async save(steps: readonly StepInput[]): Promise<void> {
    const inputs = { script: 'true' };
    await this.saving.save(
      processDefinitionSchema.parse({ name: 'p', steps: steps.map((step) => ({ inputs, ...step })) }),
    );
  }

  startSaved(agents: AgentSelection = { all: true }): Promise<RunId> {
    return this.runStart.start({ process: 'p', agents }, 'tester');
  }

  /** The agent's commands after its cursor, once there are at least so many. */
  async commands(agent: SimulatedAgent, atLeast: number): Promise<CommandMessage[]> {
    return until(`${atLeast} commands for ${agent.agentId}`, async () => {
      const commands = await this.delivery.commands.readCommands(agent.agentId, agent.received, 1000);
      return commands.length >= atLeast ? commands : null;
    });
  }

  /** `step@agent: outcome or state`, in the order of the run. */
  async picture(runId: RunId): Promise<string[]> {
    const run = await this.reads.find(runId);
    return (run?.items ?? []).map(({ step, agentId, state, outcome }) => `${step}@${agentId}: ${outcome ?? state}`);
  }

  async untilRun(runId: RunId, state: string): Promise<void> {
    await until(`run ${state}`, async () => ((await this.reads.find(runId))?.state === state ? true : null));
  }

  async refusals(): Promise<string[]> {
    const rows = await this.database.query<{ code: string }>('SELECT code FROM refused_messages ORDER BY id');
    return rows.map(({ code }) => code);
  }

  async attempts(): Promise<{ state: string; outcome: Outcome | null }[]> {
    return this.database.query('SELECT state, outcome FROM attempts ORDER BY queued_at, id');
  }
}

export async function until<Value>(what: string, look: () => Promise<Value | null>): Promise<Value> {
  const giveUpAt = performance.now() + 10_000;
  for (;;) {
    const value = await look();
    if (value !== null) return value;
    if (performance.now() > giveUpAt) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function openDataKeys(database: Database, folder: string): Promise<FileDataKeys> {
  const log = { info: () => undefined, warn: () => undefined };
  return FileDataKeys.open({ file: new DataKeyFile(folder), database, store: new StoredSecretStore(), log });
}

/** What the parts log as a failure is a failure of the spec. */
function fail(line: string, error: unknown): void {
  console.error(line, error);
}
