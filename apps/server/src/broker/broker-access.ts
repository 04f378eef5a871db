/**
 * The server's way to the message broker: where it is, whether it answers, and which agents may use it. A server
 * without a broker serves web agents and says so; one whose broker is away keeps trying, and what it could not tell the
 * broker is made good when that is back (docs/operations.md, Broker).
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import {
  agentQueueOf,
  agentUserOf,
  type BrokerAddress,
  type BrokerCredential,
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
  readonly credential: BrokerCredential;
  readonly topology: BrokerTopology;
}

type BrokerState = ServerFacts['broker'];

/** A change waits this long for the broker to know of it; afterwards it is done when the broker is back. */
const patienceMs = 3_000;
const tellAgainAfterMs = 5_000;
/** A change for all agents says so often how far it is. */
const progressEveryMs = 2_000;

@Injectable()
export class BrokerAccess {
  readonly configured: ConfiguredBroker | null;
  #state: BrokerState;
  #debts = 0;
  #paying = false;

  constructor(
    private readonly server: ServerIdentity,
    private readonly accounts: StoredBrokerAccounts,
    private readonly log: ServerLog,
    settings: ServerSettings,
  ) {
    this.configured = configure(settings, accounts);
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

  /** What a JMS agent needs to dial the broker: as it is now, so it is asked again after each change. */
  async grant(agentId: AgentId, keyId: string): Promise<JmsAccess> {
    this.requireConfigured();
    await this.#withPatience((topology) => topology.ensureUser(agentId));
    const entrance = await this.accounts.entranceOf(agentId);
    return {
      vhost: this.configured?.credential.vhost ?? '',
      user: entrance?.user ?? agentUserOf(agentId, keyId),
      queue: agentQueueOf(agentId),
      exchange: inboundExchange,
      brokers: this.server.brokerStatement ?? '',
      clientCertificate: entrance?.clientCertificate ?? null,
    };
  }

  /**
   * After each change of an agent's API key, pin or mutual authentication, once it is committed: its user in the broker
   * becomes what the database says, and whatever an earlier credential has opened is closed.
   */
  async credentialsChanged(agentId: AgentId): Promise<void> {
    await this.#withPatience((topology) => topology.ensureAgent(agentId));
  }

  /** After another key was pinned than the one before named: the queue begins anew as well. */
  async pinnedAnew(agentId: AgentId): Promise<void> {
    await this.#withPatience(async (topology) => {
      await topology.ensureAgent(agentId);
      await topology.emptyQueue(agentId);
    });
  }

  /** After a removal: user and queue go, and with them every live connection. */
  async revoke(agentId: AgentId): Promise<void> {
    await this.credentialsChanged(agentId);
  }

  /** After a change of the policy that concerns all agents; goes on behind the answer. */
  async policyChanged(): Promise<void> {
    await this.#withPatience(async (topology) => {
      const { agents } = await topology.reconcile(this.#progress());
      this.log.info({ agents }, 'the broker logs agents in as the policy says');
    });
  }

  #progress(): (done: number, of: number) => void {
    let toldAt = performance.now();
    return (done, of) => {
      if (performance.now() - toldAt < progressEveryMs) return;
      toldAt = performance.now();
      this.log.info({ done, of }, 'accounts of agents in the broker are being changed');
    };
  }

  async #withPatience(tell: (topology: BrokerTopology) => Promise<void>): Promise<void> {
    const { topology } = this.configured ?? {};
    if (topology === undefined) return;
    const patience = AbortSignal.timeout(patienceMs);
    const told = tell(topology).catch((error: unknown) => {
      this.log.warn({ error }, 'the broker could not be told; it will be when it is back');
      this.#tellLater(topology);
    });
    await Promise.race([told, new Promise((resolve) => patience.addEventListener('abort', resolve))]);
  }

  /** One comparison makes good whatever is owed; the connection for messages may have stayed up meanwhile. */
  #tellLater(topology: BrokerTopology): void {
    this.#debts += 1;
    if (this.#paying) return;
    this.#paying = true;
    void (async () => {
      // A comparison makes good what was owed when it began, not what came while it ran.
      for (let paid = 0; paid !== this.#debts;) {
        await pause(tellAgainAfterMs, undefined, { ref: false });
        const owed = this.#debts;
        paid = await topology.reconcile().then(
          () => owed,
          () => paid,
        );
      }
      this.#paying = false;
    })();
  }
}

function configure(settings: ServerSettings, accounts: StoredBrokerAccounts): ConfiguredBroker | null {
  const { brokerUrl, brokerManagementUrl, brokerFingerprints } = settings;
  if (brokerUrl === null || brokerManagementUrl === null) return null;
  const { hostname, port, username, password, pathname } = new URL(brokerUrl);
  const user = decodeURIComponent(username);
  const vhost = decodeURIComponent(pathname.slice(1)) || '/';
  return {
    brokers: [{ host: hostname, port: port === '' ? 5671 : Number(port), fingerprints: brokerFingerprints }],
    credential: { user, vhost, login: { by: 'password', password: decodeURIComponent(password) } },
    topology: new BrokerTopology(
      { management: new BrokerManagement({ url: brokerManagementUrl }), vhost, serverUser: user },
      accounts,
    ),
  };
}

function describe(cause: unknown): string {
  if (cause instanceof LongshoreError) return cause.message;
  return systemCodeOf(cause) ?? 'no answer';
}
