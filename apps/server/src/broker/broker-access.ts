/**
 * The server's way to the message broker: where it is, whether it answers, and which agents may use it. A server
 * without a broker serves web agents and says so; one whose broker is away keeps trying (docs/operations.md, Broker).
 */
import { Injectable } from '@nestjs/common';
import {
  agentQueueOf,
  agentUserOf,
  type BrokerAddress,
  BrokerManagement,
  BrokerTopology,
  inboundExchange,
} from '@longshore/jms-wire';
import { type AgentId, type JmsAccess, LongshoreError } from '@longshore/protocol';
import type { ServerFacts } from '@longshore/rest-contract';
import { ServerLog } from '../config/server-log';
import { ServerSettings } from '../config/server-settings';
import { systemCodeOf } from '../config/system-code';
import { RequestRefusedError } from '../listeners/request-refused-error';
import { ServerIdentity } from '../trust/server-identity';
import { StoredBrokerAccounts } from './broker-accounts';

export interface ConfiguredBroker {
  readonly brokers: readonly BrokerAddress[];
  readonly credential: { readonly user: string; readonly password: string; readonly vhost: string };
  readonly topology: BrokerTopology;
}

type BrokerState = ServerFacts['broker'];

/** An enrolment waits this long for the broker to know the new agent; afterwards the next reconciliation does it. */
const grantPatienceMs = 3_000;

@Injectable()
export class BrokerAccess {
  readonly configured: ConfiguredBroker | null;
  #state: BrokerState;

  constructor(
    private readonly server: ServerIdentity,
    private readonly accounts: StoredBrokerAccounts,
    private readonly log: ServerLog,
    settings: ServerSettings,
  ) {
    this.configured = configure(settings);
    this.#state =
      this.configured === null
        ? { state: 'not-configured', detail: 'no message broker is configured: set BROKER_URL to serve JMS agents' }
        : { state: 'unreachable', detail: 'the message broker has not answered yet' };
  }

  get state(): BrokerState {
    return this.#state;
  }

  /** Null while JMS agents can be reached; otherwise why they cannot. */
  get problem(): string | null {
    return this.#state.state === 'connected' ? null : this.#state.detail;
  }

  connected(): void {
    this.#state = { state: 'connected', detail: 'connected' };
    this.log.info({}, 'the message broker is connected');
  }

  lost(cause: unknown): void {
    const detail = `the message broker cannot be reached: ${describe(cause)}`;
    if (this.#state.detail !== detail) this.log.warn({ error: cause }, 'the message broker cannot be reached');
    this.#state = { state: 'unreachable', detail };
  }

  /** Something failed while the broker itself is there: the store could not be asked, a message was unroutable. */
  fault(problem: unknown): void {
    this.log.warn({ error: problem }, 'the JMS wire has a fault');
  }

  requireConfigured(): void {
    if (this.configured !== null) return;
    throw new RequestRefusedError(
      409,
      'BROKER_NOT_CONFIGURED',
      'this server has no message broker, so it takes no JMS agents; enrol a web agent',
    );
  }

  /** What a JMS agent needs to dial the broker. */
  async grant(agentId: AgentId, keyId: string): Promise<JmsAccess> {
    this.requireConfigured();
    await this.#within(grantPatienceMs, this.#ensure(agentId));
    return {
      vhost: this.configured?.credential.vhost ?? '',
      user: agentUserOf(agentId, keyId),
      queue: agentQueueOf(agentId),
      exchange: inboundExchange,
      brokers: this.server.brokerStatement ?? '',
    };
  }

  /** User and queue go, and with them every live connection. A broker that is away loses them when it is back. */
  async revoke(agentId: AgentId): Promise<void> {
    const { topology } = this.configured ?? {};
    if (topology !== undefined) await this.#within(grantPatienceMs, topology.removeAgent(agentId));
  }

  async #ensure(agentId: AgentId): Promise<void> {
    const account = await this.accounts.byAgentId(agentId);
    if (account !== null) await this.configured?.topology.ensureAgent(account);
  }

  async #within(patienceMs: number, work: Promise<void>): Promise<void> {
    const patience = AbortSignal.timeout(patienceMs);
    const told = work.catch((error: unknown) =>
      this.log.warn({ error }, 'the broker could not be told; it will be when it is back'),
    );
    await Promise.race([told, new Promise((resolve) => patience.addEventListener('abort', resolve))]);
  }
}

function configure({ brokerUrl, brokerManagementUrl, brokerFingerprints }: ServerSettings): ConfiguredBroker | null {
  if (brokerUrl === null || brokerManagementUrl === null) return null;
  const { hostname, port, username, password, pathname } = new URL(brokerUrl);
  const user = decodeURIComponent(username);
  const vhost = decodeURIComponent(pathname.slice(1)) || '/';
  return {
    brokers: [{ host: hostname, port: port === '' ? 5671 : Number(port), fingerprints: brokerFingerprints }],
    credential: { user, password: decodeURIComponent(password), vhost },
    topology: new BrokerTopology(new BrokerManagement({ url: brokerManagementUrl }), vhost, user),
  };
}

function describe(cause: unknown): string {
  if (cause instanceof LongshoreError) return cause.message;
  return systemCodeOf(cause) ?? 'no answer';
}
