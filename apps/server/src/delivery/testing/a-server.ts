/** The delivery half and the run engine of a server over a real database, with wires that lead nowhere. */
import { randomUUID } from 'node:crypto';
import { applyMigrations, Database, ProcessStore, RunReads, RunStore, ServerRecordStore } from '@longshore/persistence';
import type { AgentId, AgentType, CommandMessage, Outcome, RunId, ServerId } from '@longshore/protocol';
import { type AgentSelection, processDefinitionSchema } from '@longshore/rest-contract';
import type { z } from 'zod';
import { RunEngine } from '../../runs/run-engine';
import { RunStart } from '../../runs/run-start';
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
}

type StepInput = z.input<typeof processDefinitionSchema>['steps'][number];

export class TestServer {
  readonly channels = { web: new RecordingChannel('web'), jms: new RecordingChannel('jms') };
  readonly reads: RunReads;
  private readonly runStart: RunStart;

  private constructor(
    readonly database: Database,
    readonly delivery: DeliveryParts,
    readonly engine: RunEngine,
  ) {
    delivery.channels.register(this.channels.web);
    delivery.channels.register(this.channels.jms);
    this.reads = new RunReads(database);
    const { wakeups } = delivery;
    this.runStart = new RunStart({
      database,
      processes: new ProcessStore(database),
      runs: new RunStore(database),
      engine,
      wakeups,
    });
  }

  static async open(url: string, log: (line: string, error: unknown) => void = fail): Promise<TestServer> {
    const database = await Database.open({ url, log: () => undefined });
    await applyMigrations(database.pool);
    const server = await new ServerRecordStore(database).open(randomUUID() as ServerId);
    const delivery = composeDelivery({ database, server, welcome: new PlainWelcome(), log });
    const engine = new RunEngine({ database, runs: new RunStore(database), wakeups: delivery.wakeups, log });
    return new TestServer(database, delivery, engine);
  }

  async close(): Promise<void> {
    await this.engine.stop();
    this.delivery.upkeep.stop();
    await this.delivery.dispatcher.stop();
    await this.delivery.statuses.flush();
    await this.database.close();
  }

  async agent(
    name: string,
    row: { type?: AgentType; approved?: boolean; tags?: string[] } = {},
  ): Promise<SimulatedAgent> {
    const { type = 'web', approved = true, tags = [] } = row;
    await this.database.query(
      `INSERT INTO agents (id, name, type, approved, fingerprint, public_key_pem, certificate_pem, api_key_id, api_key_hash, tags)
       VALUES ($1, $1, $2, $3, 'sha256/' || $1, '', '', '', '', $4)`,
      [name, type, approved, tags],
    );
    return this.agentAgain(name, type);
  }

  /** The same agent as this server sees it: for a second server over the same database. */
  agentAgain(name: string, type: AgentType = 'web'): SimulatedAgent {
    return new SimulatedAgent(name as AgentId, type, this.delivery.intake, this.channels[type]);
  }

  async start(steps: readonly StepInput[], agents: AgentSelection = { all: true }): Promise<RunId> {
    const inputs = { script: 'true' };
    const definition = processDefinitionSchema.parse({ name: 'p', steps: steps.map((step) => ({ inputs, ...step })) });
    await this.database.withTransaction((transaction) => new ProcessStore(this.database).save(transaction, definition));
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

/** What the parts log as a failure is a failure of the spec. */
function fail(line: string, error: unknown): void {
  console.error(line, error);
}
