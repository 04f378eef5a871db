/**
 * What this agent holds of its server, and how it moves: pins and the server's key only along the rotation chain,
 * access to brokers only by the server's signed word (docs/protocol.md, Identity and pins).
 */
import { isDeepStrictEqual } from 'node:util';
import { type Fingerprint, type JmsAccess, LongshoreError, type TrustAnswer, type Welcome } from '@longshore/protocol';
import {
  type BrokerStatement,
  type ChainProblem,
  type ChainVerdict,
  type PinVerdict,
  type Verifier,
  announceSealingKey,
  decidePin,
  fingerprintOfCertificate,
  verifyBrokerStatement,
  verifyChain,
} from '@longshore/pinning';
import type { AgentSecrets } from './agent-secrets';
import type { KeptConfiguration } from './kept-configuration';
import { serverVerifier } from './server-verifier';

/** The server's word about itself does not verify, or is for somebody else; what is held stays as it is. */
export class ServerStatementRefusedError extends LongshoreError {
  constructor(what: 'rotation chain' | 'broker statement' | 'client certificate', problem: string) {
    super('SERVER_STATEMENT_REFUSED', 'give-up', `the ${what} was refused: ${problem}`);
  }
}

export interface ChainTrustEvents {
  /** The pin is another: who else holds it has to read it anew, and what was opened under the old one has to go. */
  pinMoved(): void;
  /** Brokers, or the certificate for them, are others than before. */
  accessChanged(): void;
  gatewaysChanged(gateways: readonly string[]): void;
}

export type ChainNews =
  | { readonly news: 'moved' | 'unchanged' }
  | { readonly news: 'refused'; readonly reason: ChainProblem | 'other-server' };

export class ChainTrust {
  private verifier: Verifier;
  private announcement = '';

  private constructor(
    private readonly configuration: KeptConfiguration,
    private readonly secrets: AgentSecrets,
    private readonly events: ChainTrustEvents,
  ) {
    const { chainHead, current } = configuration.current.server;
    this.verifier = serverVerifier(chainHead, current);
  }

  static async open(
    configuration: KeptConfiguration,
    secrets: AgentSecrets,
    events: ChainTrustEvents,
  ): Promise<ChainTrust> {
    const trust = new ChainTrust(configuration, secrets, events);
    await trust.announce();
    return trust;
  }

  get pins(): readonly Fingerprint[] {
    return [this.configuration.current.server.current];
  }

  get serverKeys(): readonly Verifier[] {
    return [this.verifier];
  }

  /** JWS by the agent's key over its sealing key. */
  get sealingKey(): string {
    return this.announcement;
  }

  isPinned = (presented: Fingerprint): PinVerdict => decidePin({ pins: this.pins, presented, firstContact: false });

  /** Signs the sealing key anew; to be called when the agent's own key is another. */
  async announce(): Promise<void> {
    const [current] = this.secrets.sealingKeys;
    if (current === undefined) throw new Error('the home holds no sealing key');
    this.announcement = await announceSealingKey(current, this.secrets.signer);
  }

  /** Throws ServerStatementRefusedError for what does not verify. */
  async learn({ statements, brokers }: Pick<Welcome, 'statements' | 'brokers'>): Promise<void> {
    const chain = statements.length === 0 ? null : await this.followChain(statements);
    if (chain?.news === 'refused') throw new ServerStatementRefusedError('rotation chain', chain.reason);
    const { jms } = this.configuration.current;
    if (brokers !== null && jms !== null) await this.takeJmsAccess({ ...jms, brokers });
  }

  /** The chain from anywhere: since the pin, from its begin, or of a stranger. */
  async followChain(links: readonly string[]): Promise<ChainNews> {
    const { server, serverId } = this.configuration.current;
    const verdict = await this.verdictOf(links);
    if (verdict.verdict === 'refused') return { news: 'refused', reason: verdict.reason };
    const { current, nextCommitment: next, serverId: stated } = verdict.statement;
    if (stated !== serverId) return { news: 'refused', reason: 'other-server' };
    if (current === server.current && next === server.next) return { news: 'unchanged' };
    const chainHead = links.at(-1) ?? server.chainHead;
    this.verifier = serverVerifier(chainHead, current);
    this.configuration.change({ server: { current, next, chainHead } });
    if (current !== server.current) this.events.pinMoved();
    return { news: current === server.current ? 'unchanged' : 'moved' };
  }

  /** True: something is another than before. Throws ServerStatementRefusedError for what is not for this agent. */
  async takeAccess({ gateways, jms }: Pick<TrustAnswer, 'gateways' | 'jms'>): Promise<boolean> {
    const hasOtherGateways = gateways.length > 0 && !isDeepStrictEqual(gateways, this.configuration.current.gateways);
    if (hasOtherGateways) {
      this.configuration.change({ gateways });
      this.events.gatewaysChanged(gateways);
    }
    const hasOtherAccess = jms !== null && (await this.takeJmsAccess(jms));
    return hasOtherGateways || hasOtherAccess;
  }

  /** Are these the keys of a broker that the server has signed for? */
  async isBrokerKey(address: string, presented: Fingerprint): Promise<boolean> {
    const statement = await this.brokersIn(this.configuration.current.jms?.brokers ?? '');
    const broker = statement?.brokers.find(({ host, port }) => `${host}:${port}` === address);
    return broker?.fingerprints.includes(presented) ?? false;
  }

  private async verdictOf(links: readonly string[]): Promise<ChainVerdict> {
    const { current: fingerprint, next, chainHead } = this.configuration.current.server;
    const pin = { fingerprint, ...(next === null ? {} : { nextCommitment: next }) };
    const verdict = await verifyChain(pin, links);
    const beginsAfterPin = verdict.verdict === 'refused' && verdict.reason === 'pin-not-in-chain';
    return beginsAfterPin ? verifyChain(pin, [chainHead, ...links]) : verdict;
  }

  private async takeJmsAccess(access: JmsAccess): Promise<boolean> {
    const { jms, serverId } = this.configuration.current;
    if (jms === null || isDeepStrictEqual(jms, access)) return false;
    const statement = await this.brokersIn(access.brokers);
    if (statement?.serverId !== serverId)
      throw new ServerStatementRefusedError('broker statement', 'not of our server');
    const { clientCertificate } = access;
    if (clientCertificate !== jms.clientCertificate && !this.isForOurKey(clientCertificate)) {
      throw new ServerStatementRefusedError('client certificate', "not for this agent's key");
    }
    // The same brokers under another signature are stored, for the pin may have moved, but are no news.
    const before = await this.brokersIn(jms.brokers);
    const isNews = !isDeepStrictEqual({ ...access, brokers: statement.brokers }, { ...jms, brokers: before?.brokers });
    this.configuration.change({ jms: access });
    if (isNews) this.events.accessChanged();
    return isNews;
  }

  private isForOurKey(certificatePem: string | null): boolean {
    return certificatePem === null || fingerprintOfCertificate(certificatePem) === this.secrets.identity.fingerprint;
  }

  /** Null: the pinned key has not signed it. */
  private async brokersIn(jws: string): Promise<BrokerStatement | null> {
    return verifyBrokerStatement(jws, this.configuration.current.server.current).catch(() => null);
  }
}
