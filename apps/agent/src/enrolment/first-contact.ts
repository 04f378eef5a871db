/**
 * Whom does an agent believe that has never spoken with its server? The fingerprint that it was given, or the key that
 * the rotation chain leads to from there; without a fingerprint the first key that answers, and no other after it
 * (docs/protocol.md, Enrolment).
 */
import { type ChainStatement, type PinVerdict, decidePin, verifyChain } from '@longshore/pinning';
import { type EnrolAnswer, type Fingerprint, LongshoreError } from '@longshore/protocol';
import { type GatewayClient, GatewayPinRefusedError } from '@longshore/web-wire';

export class ChainHeadRefusedError extends LongshoreError {
  constructor(reason: string) {
    super('CHAIN_HEAD_REFUSED', 'stop', `the server's key statement does not fit its key: ${reason}`);
  }
}

/** The pin, and the commitment to the key after it. */
export interface ServerPin {
  readonly current: Fingerprint;
  readonly next: Fingerprint;
  readonly chainHead: string;
}

/** What is known of the server before; `next` only by an agent that it has enrolled. */
export interface ExpectedServer {
  readonly fingerprint: Fingerprint;
  readonly next: Fingerprint | null;
}

export class FirstContact {
  private pinned: Fingerprint | null;

  constructor(private readonly expected: ExpectedServer | null) {
    this.pinned = expected?.fingerprint ?? null;
  }

  isPinned = (presented: Fingerprint): PinVerdict => {
    const pins = this.pinned === null ? [] : [this.pinned];
    const verdict = decidePin({ pins, presented, firstContact: pins.length === 0 });
    if (verdict.verdict === 'first-contact') this.pinned = presented;
    return verdict;
  };

  /** Asks; where another key than the expected one answers, once more under the key that the chain proves. */
  async ask<Answer>(client: GatewayClient, question: () => Promise<Answer>): Promise<Answer> {
    try {
      return await question();
    } catch (cause) {
      if (!(cause instanceof GatewayPinRefusedError) || this.expected === null) throw cause;
      const { fingerprint, next } = this.expected;
      const pin = { fingerprint, ...(next === null ? {} : { nextCommitment: next }) };
      const verdict = await client.fetchChain().then(
        (links) => verifyChain(pin, links),
        () => null,
      );
      if (verdict?.verdict !== 'verified' || verdict.statement.current === fingerprint) throw cause;
      this.pinned = verdict.statement.current;
      return question();
    }
  }

  async pinFrom({ chainHead, serverId }: Pick<EnrolAnswer, 'chainHead' | 'serverId'>): Promise<ServerPin> {
    const { current, nextCommitment: next, serverId: stated } = await this.statementIn(chainHead);
    if (stated !== serverId) throw new ChainHeadRefusedError('it is of another server');
    return { current, next, chainHead };
  }

  private async statementIn(chainHead: string): Promise<ChainStatement> {
    if (this.pinned === null) throw new ChainHeadRefusedError('no key was seen');
    const verdict = await verifyChain({ fingerprint: this.pinned }, [chainHead]);
    if (verdict.verdict === 'refused') throw new ChainHeadRefusedError(verdict.reason);
    return verdict.statement;
  }
}
