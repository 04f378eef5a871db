/**
 * Everything about trust that the monitor meets: what a welcome brings, a key that is not the pinned one, a session that
 * did not come about. Decides who has to look into it; each does its own work (docs/security.md, Access).
 */
import { type Finding, type SessionEnd, ServerTrust } from '@longshore/agent-runtime';
import { type PinRefused, type Welcome, assertNever } from '@longshore/protocol';
import type { GatewayClient, GatewayRefusedError } from '@longshore/web-wire';
import { agentFacts } from '../agent-facts';
import type { CatchUp } from './catch-up';
import type { ChainTrust } from './chain-trust';
import { isBrokerRefusal, isGatewayRefusal, isOfTheLine, isOfUnknownKey, sentenceOf } from './gateway-refusal';
import type { IdentityRotation } from './identity-rotation';

export interface AgentTrustParts {
  readonly type: 'web' | 'jms';
  readonly chain: ChainTrust;
  readonly catchUp: CatchUp;
  readonly rotation: IdentityRotation;
  readonly client: () => Promise<Pick<GatewayClient, 'ping' | 'rePin'>>;
}

type Unreachable = Extract<SessionEnd, { end: 'unreachable' }>;

export class AgentTrust extends ServerTrust {
  private problem: string | null = null;

  constructor(private readonly parts: AgentTrustParts) {
    super();
  }

  override get pinProblem(): string | null {
    return this.problem;
  }

  override describe() {
    const { pins, sealingKey } = this.parts.chain;
    return { pins: [...pins], sealingKey };
  }

  override async learn(welcome: Welcome): Promise<void> {
    await this.parts.chain.learn(welcome);
    const { identity } = welcome.configuration;
    if (identity === 'keep') await this.parts.rotation.drop();
    else await this.parts.rotation.move(identity);
  }

  override async isProven(refused: PinRefused): Promise<boolean> {
    if (await this.isOurs(refused)) return true;
    const caughtUp = await this.parts.catchUp.run(refused.leg === 'amqp' ? 'broker' : 'gateway-key');
    if (await this.isOurs(refused)) return true;
    const { leg, address, presented, expected } = refused;
    const because = 'reason' in caughtUp ? ` (${caughtUp.reason})` : '';
    const keys = `${presented ?? 'no key'} where ${expected.join(' or ')} is pinned${because}`;
    this.problem = `${new Date().toISOString()} ${leg} ${address}: ${keys}`;
    return false;
  }

  override async lookInto(ended: SessionEnd): Promise<Finding | null> {
    switch (ended.end) {
      case 'stopped':
      case 'lost':
      case 'disagreement':
        return null;
      case 'bye':
        // The server says so as soon as our key has moved, which may be before its answer has come.
        if (ended.reason === 'credentials-changed') await this.parts.rotation.settled();
        return ended.reason === 'forgotten' ? this.unknownToServer() : null;
      case 'unreachable':
        if (isOfTheLine(ended.cause)) return null;
        await this.parts.rotation.settled();
        return this.parts.type === 'jms' ? this.askAboutBroker(ended) : this.askAboutGateway();
      default:
        return assertNever(ended);
    }
  }

  /** A WebSocket is closed without a word; the HTTPS leg says why. */
  private async askAboutGateway(): Promise<Finding | null> {
    try {
      await (await this.parts.client()).ping();
      return null;
    } catch (cause) {
      return isGatewayRefusal(cause) ? this.refused(cause) : null;
    }
  }

  /** A broker says 403 to everything; the server says what it expects. */
  private async askAboutBroker({ cause, reason: problem }: Unreachable): Promise<Finding | null> {
    const caughtUp = await this.parts.catchUp.run('broker');
    if (caughtUp.result === 'learnt') return { finding: 'cured' };
    if (caughtUp.result === 'denied') return this.refused(caughtUp.refusal);
    return isBrokerRefusal(cause) ? { finding: 'refused', problem } : null;
  }

  private async refused(refusal: GatewayRefusedError): Promise<Finding> {
    if (isOfUnknownKey(refusal)) return this.unknownToServer();
    return { finding: 'refused', problem: sentenceOf(refusal) };
  }

  /** Our key moved and we were not told, or our pin was forgotten, or we were removed: the API key tells which. */
  private async unknownToServer(): Promise<Finding> {
    if ((await this.parts.rotation.settle()) === 'adopted') return { finding: 'cured' };
    const { type, chain } = this.parts;
    try {
      const client = await this.parts.client();
      const answer = await client.rePin({ type, sealingKey: chain.sealingKey, facts: agentFacts() });
      await chain.takeAccess(answer);
      return { finding: 'cured' };
    } catch (cause) {
      const problem = isGatewayRefusal(cause)
        ? sentenceOf(cause)
        : cause instanceof Error
          ? cause.message
          : String(cause);
      return { finding: 'refused', problem };
    }
  }

  private async isOurs({ leg, address, presented }: PinRefused): Promise<boolean> {
    if (presented === null) return false;
    const { chain } = this.parts;
    if (leg === 'amqp') return chain.isBrokerKey(address, presented);
    return chain.isPinned(presented).verdict === 'match';
  }
}
