/**
 * What this agent holds of its server, and how it moves: pins and the server's key only along the rotation chain,
 * broker addresses only by the server's signed word (docs/protocol.md, Identity and pins).
 */
import type { Fingerprint, Welcome } from '@longshore/protocol';
import {
  type BrokerStatement,
  type PinVerdict,
  type Verifier,
  announceSealingKey,
  decidePin,
  verifyBrokerStatement,
  verifyChain,
} from '@longshore/pinning';
import { type AgentConfigurationFile, ServerTrust } from '@longshore/agent-runtime';
import { type AgentSecrets, signerOf } from './agent-secrets';
import { serverVerifier } from './server-verifier';

export interface ChainTrustEvents {
  /** Keep it: pins, chain or brokers are others than before. `pinMoved`: who else holds pins has to read them anew. */
  changed(configuration: AgentConfigurationFile, pinMoved: boolean): void;
  brokers(brokers: BrokerStatement['brokers']): void;
}

export class ChainTrust extends ServerTrust {
  private verifier: Verifier;

  private constructor(
    private configuration: AgentConfigurationFile,
    private readonly announcement: string,
    private readonly events: ChainTrustEvents,
  ) {
    super();
    this.verifier = serverVerifier(configuration.server.chainHead, configuration.server.current);
  }

  static async open(
    configuration: AgentConfigurationFile,
    secrets: AgentSecrets,
    events: ChainTrustEvents,
  ): Promise<ChainTrust> {
    const [current] = secrets.sealingKeys;
    if (current === undefined) throw new Error('the home holds no sealing key');
    return new ChainTrust(configuration, await announceSealingKey(current, signerOf(secrets)), events);
  }

  get pins(): readonly Fingerprint[] {
    return [this.configuration.server.current];
  }

  get serverKeys(): readonly Verifier[] {
    return [this.verifier];
  }

  isPinned = (presented: Fingerprint): PinVerdict => decidePin({ pins: this.pins, presented, firstContact: false });

  override describe(): { pins: Fingerprint[]; sealingKey: string } {
    return { pins: [...this.pins], sealingKey: this.announcement };
  }

  override async learn({ statements, brokers }: Pick<Welcome, 'statements' | 'brokers'>): Promise<void> {
    const newest = statements.at(-1);
    if (newest !== undefined) await this.learnChain(statements, newest);
    if (brokers !== null && this.configuration.jms !== null) await this.learnBrokers(brokers);
  }

  private async learnChain(statements: readonly string[], newest: string): Promise<void> {
    const { current, next } = this.configuration.server;
    const pin = { fingerprint: current, ...(next === null ? {} : { nextCommitment: next }) };
    const head = this.configuration.server.chainHead;
    const verdict = await verifyChain(pin, [head, ...statements.filter((statement) => statement !== head)]);
    if (verdict.verdict === 'refused') throw new Error(`the rotation chain was refused: ${verdict.reason}`);
    const { statement } = verdict;
    if (statement.current === current && statement.nextCommitment === next) return;
    const server = { current: statement.current, next: statement.nextCommitment, chainHead: newest };
    this.verifier = serverVerifier(newest, statement.current);
    this.configuration = { ...this.configuration, server };
    this.events.changed(this.configuration, statement.current !== current);
  }

  private async learnBrokers(jws: string): Promise<void> {
    const { jms, server, serverId } = this.configuration;
    if (jms === null || jms.brokers === jws) return;
    const statement = await verifyBrokerStatement(jws, server.current);
    if (statement.serverId !== serverId) throw new Error('the broker statement is of another server');
    this.configuration = { ...this.configuration, jms: { ...jms, brokers: jws } };
    this.events.brokers(statement.brokers);
    this.events.changed(this.configuration, false);
  }
}
