/**
 * The worker: carries out what its monitor hands it, in a pool of threads, and posts results over HTTPS. It holds no
 * durable state of its own; the monitor has the journal, the attempts' folders have the truth about steps.
 *
 * It ends when the monitor says `stop` or is gone. Steps go on under their host.
 */
import { join } from 'node:path';
import { PinMismatchError } from '@longshore/tls';
import { AttemptPool } from '@longshore/steps';
import {
  type AgentHome,
  type MonitorToWorker,
  MonitorLink,
  agentHome,
  readAgentConfiguration,
} from '@longshore/agent-runtime';
import { LongshoreError, assertNever } from '@longshore/protocol';
import { AgentSecrets } from '../trust/agent-secrets';
import { type GatewayAccess, openGateway } from '../trust/gateway-access';
import { AttemptDesk } from './attempt-desk';
import { GatewayPulse } from './gateway-pulse';
import { MonitorAttemptJournal } from './monitor-attempt-journal';
import { strayFolders } from './stray-folders';
import { WorkCourier } from './work-courier';
import { writeWorkerLog } from './worker-log';

type Heard = Exclude<MonitorToWorker, { kind: 'answer' }>;
type Begin = Extract<Heard, { kind: 'begin' }>;

export async function runWorker(root: string): Promise<void> {
  const home = agentHome(root);
  const configuration = readAgentConfiguration(home.configuration);
  const secrets = new AgentSecrets(home, null);
  const worker = new Worker(home, secrets, openGateway(configuration, secrets));
  // Ctrl-C reaches the whole process group; the monitor decides when its worker ends.
  process.on('SIGINT', () => undefined);
  worker.link.tell({ kind: 'ready' });
}

class Worker {
  readonly link: MonitorLink;
  private readonly courier: WorkCourier;
  private readonly pulse: GatewayPulse;
  private pool: AttemptPool | undefined;
  private desk: AttemptDesk | undefined;

  constructor(
    private readonly home: AgentHome,
    private readonly secrets: AgentSecrets,
    private readonly gateway: GatewayAccess,
  ) {
    const { client } = gateway;
    this.link = new MonitorLink(
      (message) => this.hear(message),
      () => process.exit(0),
    );
    const problem = (cause: unknown) => this.httpsProblem(cause);
    this.courier = new WorkCourier({
      post: (messages, signal) => client.postEvents(messages, signal),
      acknowledged: (seq) => this.link.tell({ kind: 'work-acknowledged', seq }),
      problem,
      refused: (refused) => writeWorkerLog('error', 'the server refused a result for good', { ...refused }),
    });
    this.pulse = new GatewayPulse({
      ping: () => client.ping(),
      roundTrip: (sentAtMs) => this.link.tell({ kind: 'round-trip', sentAtMs }),
      problem,
    });
  }

  private hear(message: Heard): void {
    switch (message.kind) {
      case 'begin':
        return this.begin(message);
      case 'run':
        return this.desk?.run(message.order);
      case 'cancel':
        return this.desk?.cancel(message.attemptId);
      case 'drop':
        return this.desk?.drop(message.attemptId);
      case 'discard':
        return this.desk?.discard(message.attemptIds);
      case 'post-work':
        return this.courier.add(message.messages);
      case 'session':
        return this.pulse.beatEvery(message.session.heartbeatMs);
      case 'stop':
        void this.stop();
        return;
      default:
        assertNever(message);
    }
  }

  private begin({ maxParallel, attempts, session }: Begin): void {
    const journal = new MonitorAttemptJournal(this.link, (attemptId) => this.desk?.startRecorded(attemptId));
    this.pool = new AttemptPool({
      threadEntry: join(__dirname, 'worker-thread.main.js'),
      threadData: this.home.root,
      journal,
      ...(maxParallel === null ? {} : { maxParallel }),
    });
    this.desk = new AttemptDesk({
      home: this.home,
      pool: this.pool,
      link: this.link,
      sealingKeys: this.secrets.sealingKeys,
      note: (text, details) => writeWorkerLog('warn', text, details),
      loadChanged: () => this.tellLoad(),
    });
    this.desk.discard(strayFolders(this.home.attempts, new Set(attempts.map(({ attemptId }) => attemptId))));
    for (const attempt of attempts) this.desk.takeUp(attempt);
    this.pulse.beatEvery(session.heartbeatMs);
  }

  private tellLoad(): void {
    if (this.desk !== undefined) this.link.tell({ kind: 'load', ...this.desk.load });
  }

  private httpsProblem(cause: unknown): void {
    const mismatch = cause instanceof Error && cause.cause instanceof PinMismatchError ? cause.cause : null;
    if (mismatch !== null) {
      const { peer: address, expected, presented } = mismatch;
      this.link.tell({ kind: 'pin-refused', refused: { leg: 'https', address, expected: [...expected], presented } });
    }
    const problem = cause instanceof LongshoreError ? cause.message : String(cause);
    this.link.tell({ kind: 'https-problem', problem });
  }

  private async stop(): Promise<void> {
    this.courier.stop();
    this.pulse.stop();
    await this.pool?.stop();
    await this.gateway.client.close();
    process.exit(0);
  }
}
