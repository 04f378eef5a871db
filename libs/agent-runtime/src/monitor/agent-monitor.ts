/**
 * The monitor: one line to the server, one worker, one journal, and what passes between them
 * (docs/protocol.md, Monitor, worker, step host).
 *
 * It ends when `stop` is called: the worker lets go first, so that its last words are journaled, then the server gets
 * its `bye`, then the journal is closed. Steps go on under their host and are taken up again by the next monitor.
 */
import { statfsSync } from 'node:fs';
import {
  type AgentConfiguration,
  type AgentFacts,
  type AgentStatus,
  type AttemptDecision,
  type CommandMessage,
  type PinRefused,
  type Welcome,
  protocolVersion,
  timeouts,
} from '@longshore/protocol';
import type { AgentChannel } from '@longshore/delivery';
import type { AgentConfigurationFile } from '../home/agent-configuration';
import type { AgentHome } from '../home/agent-home';
import { bootClock } from '../home/boot-clock';
import { bootId } from '../home/process-stamp';
import type { Journal } from '../journal/journal';
import { journalVersion } from '../journal/journal-store';
import type { AgentLog } from '../log/agent-log';
import { AgentSession } from '../session/agent-session';
import { type SelfDescription, SessionHost } from '../session/session-host';
import type { Finding, SessionEnd, SessionState } from '../session/session-state';
import { WordComposer } from '../session/word-composer';
import { StatusWriter } from '../status/agent-status-file';
import { type WorkerProgram, WorkerSupervisor } from '../supervision/worker-supervisor';
import { composeStatusFile } from './compose-status-file';
import type { ServerTrust } from './server-trust';
import { WorkerDesk } from './worker-desk';

export interface MonitorParts {
  readonly home: AgentHome;
  readonly configuration: AgentConfigurationFile;
  readonly facts: AgentFacts;
  readonly channel: AgentChannel;
  readonly journal: Journal;
  readonly trust: ServerTrust;
  readonly log: AgentLog;
  readonly workerProgram: WorkerProgram;
  /** Keeps what the server configured for the next start. */
  readonly keepMaxParallel: (maxParallel: number | null) => void;
}

const stepsPerCpu = 4;

export class AgentMonitor extends SessionHost {
  private readonly session: AgentSession;
  private readonly supervisor: WorkerSupervisor;
  private readonly desk: WorkerDesk;
  private readonly statusFile: StatusWriter;
  private readonly startedAtMs = bootClock();
  private readonly tick: NodeJS.Timeout;
  private maxParallel: number | null;
  private heartbeatMs: number = timeouts.heartbeatMs;
  private running: Promise<void> | undefined;

  constructor(private readonly parts: MonitorParts) {
    super();
    const { channel, journal, configuration, workerProgram, home } = parts;
    this.maxParallel = configuration.maxParallel;
    const owner = { agentId: configuration.id, serverId: configuration.serverId };
    const composer = new WordComposer(owner, journal);
    this.session = new AgentSession({ channel, journal, composer, host: this, clock: bootClock });
    this.desk = new WorkerDesk({
      journal,
      session: this.session,
      log: parts.log,
      trust: parts.trust,
      tell: (message) => this.supervisor.tell(message),
      maxParallel: () => this.maxParallel,
      heartbeatMs: () => this.heartbeatMs,
    });
    this.supervisor = new WorkerSupervisor(workerProgram, {
      hear: (message) => this.desk.hear(message),
      output: (text) => parts.log.append(text),
      crashed: (crash) => this.desk.workerCrashed(crash),
      stateChanged: (state) => {
        parts.log.write('info', `worker ${state}`, { pid: this.supervisor.pid });
        this.session.reportNow();
      },
    });
    this.statusFile = new StatusWriter(home.status, () =>
      composeStatusFile({
        configuration,
        home,
        version: parts.facts.agentVersion,
        session: this.session.state,
        supervisor: this.supervisor,
        desk: this.desk,
        heartbeatMs: this.heartbeatMs,
        pinProblem: parts.trust.pinProblem,
      }),
    );
    this.tick = setInterval(() => this.desk.sweep(), 1_000);
  }

  start(): void {
    this.supervisor.start();
    this.running = this.session.run();
  }

  async stop(): Promise<void> {
    clearInterval(this.tick);
    await this.supervisor.stop();
    await this.session.stop('the agent is stopped');
    await this.running;
    this.statusFile.write();
    this.statusFile.close();
    this.parts.journal.close();
  }

  /** It reads pins and settings anew; steps go on meanwhile and are taken up again. */
  async restartWorker(): Promise<void> {
    await this.supervisor.restart();
  }

  /** Keys, addresses or credentials are others than before. */
  redial(reason: string): void {
    this.session.redial(reason);
  }

  override describe(): SelfDescription {
    const { facts, trust } = this.parts;
    return {
      bootId: bootId(),
      ...trust.describe(),
      facts,
      maxParallel: this.effectiveMaxParallel,
      versions: { protocol: protocolVersion, agent: facts.agentVersion, journal: journalVersion },
    };
  }

  override status(): AgentStatus {
    const { running, waiting, httpsRoundTripAtMs, refusesWork } = this.desk.view;
    return {
      maxParallel: this.effectiveMaxParallel,
      running,
      waiting,
      worker: this.supervisor.state,
      diskFreeBytes: diskFree(this.parts.home.root),
      httpRoundTripAgeMs: httpsRoundTripAtMs === null ? null : Math.max(0, bootClock() - httpsRoundTripAtMs),
      uptimeMs: bootClock() - this.startedAtMs,
      refusesWork,
    };
  }

  override carryOut(commands: readonly CommandMessage[]): void {
    for (const command of commands) this.desk.carryOut(command);
  }

  override decide(decisions: readonly AttemptDecision[]): void {
    for (const decision of decisions) this.desk.decide(decision);
  }

  override resendWork(after: number): void {
    this.desk.resendWork(after);
  }

  override welcome(configuration: AgentConfiguration, welcome: Welcome): void {
    this.heartbeatMs = configuration.heartbeatMs;
    this.parts.log.write('info', 'session granted', { epoch: welcome.grant.epoch });
    void this.parts.trust.learn(welcome).catch((cause: unknown) => this.note('not learned', { cause: String(cause) }));
    if (configuration.maxParallel === this.maxParallel) return;
    this.maxParallel = configuration.maxParallel;
    this.parts.keepMaxParallel(configuration.maxParallel);
    void this.restartWorker();
  }

  override async lookInto(ended: SessionEnd): Promise<Finding | null> {
    try {
      return await this.parts.trust.lookInto(ended);
    } catch (cause) {
      this.note('the end of the session was not looked into', { cause: String(cause) });
      return null;
    }
  }

  override sessionChanged(_state: SessionState): void {
    // The session's constructor comes before the desk's.
    this.desk?.sessionChanged();
  }

  override pinRefused(refused: PinRefused): void {
    void this.desk.pinRefused(refused);
  }

  override note(text: string, details: Readonly<Record<string, unknown>>): void {
    this.parts.log.write('warn', text, details);
  }

  private get effectiveMaxParallel(): number {
    return this.maxParallel ?? stepsPerCpu * this.parts.facts.cpus;
  }
}

function diskFree(path: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return null;
  }
}
