/**
 * Grants a session: everything that a hello changes in the store, in one transaction (docs/protocol.md, Delivery).
 *
 * The agent's row is held throughout, so of two concurrent hellos the second is judged by the first one's grant. What
 * the agent has not started is offered anew in the epoch that is granted here.
 */
import { randomBytes } from 'node:crypto';
import { attemptsToOfferAgain, decideHello, type Peer, reconcileAttempts } from '@longshore/delivery';
import {
  type AgentSession,
  AttemptStore,
  type Database,
  type DispatchStore,
  InboxStore,
  type OutboxStore,
  type Queryable,
  type QuarantineReason,
  type ReportStore,
  type SessionStore,
} from '@longshore/persistence';
import type { AttemptDecision, ByeReason, Grant, Held, Incarnation, Message, Received } from '@longshore/protocol';
import type { EndedAttempt } from './wakeups';
import type { WorkOffers } from './work-offers';

export interface GrantParts {
  readonly database: Database;
  readonly sessions: SessionStore;
  readonly reports: ReportStore;
  readonly dispatch: DispatchStore;
  readonly outbox: OutboxStore;
  readonly offers: WorkOffers;
}

export interface Granted {
  readonly verdict: 'granted';
  readonly grant: Grant;
  readonly received: { readonly control: Received; readonly work: Received };
  readonly commands: Held;
  readonly attempts: AttemptDecision[];
  /** They could not be offered anew. */
  readonly ended: readonly EndedAttempt[];
  readonly maxParallel: number | null;
  /** Everything after this number is the agent's to get. */
  readonly commandsAfter: number;
  /** The agent says that it has commands which were never numbered here. */
  readonly aheadOfUs: boolean;
}

export type GrantVerdict =
  | Granted
  | { readonly verdict: 'refused'; readonly reason: ByeReason }
  /** The pin was forgotten or moved since the word was proved by it, or the word is an old one that was brought back. */
  | { readonly verdict: 'unanswered' }
  | { readonly verdict: 'quarantined'; readonly reason: QuarantineReason };

export class SessionGrants {
  private readonly attempts = new AttemptStore();
  private readonly inbox = new InboxStore();

  constructor(private readonly parts: GrantParts) {}

  grant(hello: Message<'hello'>, peer: Peer): Promise<GrantVerdict> {
    return this.parts.database.withTransaction((transaction) => this.grantIn(transaction, hello, peer));
  }

  private async grantIn(
    transaction: Queryable,
    hello: Message<'hello'>,
    { fingerprint, address }: Peer,
  ): Promise<GrantVerdict> {
    const session = await this.parts.sessions.lock(transaction, hello.agentId, hello.id);
    if (session === null || session.removed) return { verdict: 'refused', reason: 'removed' };
    if (session.fingerprint !== fingerprint) return { verdict: 'unanswered' };
    if (session.quarantine !== null) return { verdict: 'refused', reason: session.quarantine };
    if (!session.approved) return { verdict: 'refused', reason: 'awaiting-approval' };
    if (hello.incarnation === null) return { verdict: 'refused', reason: 'protocol-error' };
    const verdict = decideHello(session.record, {
      helloId: hello.id,
      answeredBefore: session.answeredBefore,
      incarnation: hello.incarnation,
      body: hello.body,
    });
    if (verdict.verdict === 'replayed') return { verdict: 'unanswered' };
    if (verdict.verdict === 'quarantine') {
      await this.parts.sessions.quarantine(transaction, [hello.agentId], verdict.reason);
      return { verdict: 'quarantined', reason: verdict.reason };
    }
    const isNew = verdict.verdict === 'grant';
    const grant = isNew ? { epoch: verdict.epoch, nonce: randomBytes(24).toString('base64url') } : verdict.grant;
    if (isNew) await this.write(transaction, hello, hello.incarnation, grant);
    // The same hello again says nothing of now; the report that follows a welcome does.
    if (isNew) await this.parts.reports.greeted(transaction, hello.agentId, address);
    const begunAnew = isNew && verdict.because === 'installed-anew';
    const lost = begunAnew ? await this.parts.sessions.beginAnew(transaction, hello.agentId) : [];
    const { attempts, ended } = await this.reconcile(transaction, hello, isNew);
    const { incarnation } = hello;
    return this.answer(transaction, hello, { session, grant, attempts, ended: [...lost, ...ended], incarnation });
  }

  private write(
    transaction: Queryable,
    hello: Message<'hello'>,
    incarnation: Incarnation,
    grant: Grant,
  ): Promise<void> {
    const { journal, sealingKey, facts, maxParallel } = hello.body;
    const { agentId, id: helloId } = hello;
    return this.parts.sessions.grant(transaction, {
      agentId,
      grant,
      helloId,
      incarnation,
      journalSeq: journal.seq,
      sealingKey,
      facts,
      maxParallel,
    });
  }

  /** A cancelled attempt is not offered anew: its cancel is on the way, and it must not start. */
  private async reconcile(
    transaction: Queryable,
    { agentId, body }: Message<'hello'>,
    isNew: boolean,
  ): Promise<Pick<Granted, 'attempts' | 'ended'>> {
    const known = await this.attempts.ofAgent(
      transaction,
      agentId,
      body.openAttempts.map(({ attemptId }) => attemptId),
    );
    const attempts = reconcileAttempts(body.openAttempts, known);
    if (!isNew) return { attempts, ended: [] };
    const again = attemptsToOfferAgain(
      body.openAttempts,
      known.filter(({ cancelRequested }) => !cancelRequested),
    );
    return { attempts, ended: await this.parts.offers.offerAgain(transaction, agentId, again) };
  }

  private async answer(
    transaction: Queryable,
    { agentId, body }: Message<'hello'>,
    made: {
      readonly session: AgentSession;
      readonly grant: Grant;
      readonly attempts: AttemptDecision[];
      readonly ended: readonly EndedAttempt[];
      readonly incarnation: Incarnation;
    },
  ): Promise<Granted> {
    const commandsAfter = body.received.commands.highest;
    const beyond =
      commandsAfter === 0
        ? []
        : await this.parts.outbox.acknowledge(
            [{ agentId, seq: commandsAfter, incarnation: made.incarnation }],
            transaction,
          );
    return {
      verdict: 'granted',
      grant: made.grant,
      received: await this.inbox.received(transaction, agentId, made.incarnation),
      commands: await this.parts.outbox.held(transaction, agentId),
      attempts: made.attempts,
      ended: made.ended,
      maxParallel: made.session.maxParallel,
      commandsAfter,
      aheadOfUs: beyond.length > 0,
    };
  }
}
