/**
 * Writes down who was refused for the key or the API key that it showed, so that an operator sees both fingerprints. An
 * event is an agent's only if the secret of its API key was shown; ids alone are no proof (docs/security.md, Access).
 */
import { Injectable } from '@nestjs/common';
import type { RefusedHandshake } from '@longshore/delivery';
import { AgentTrustStore, RefusalStore, type TrustedAgent } from '@longshore/persistence';
import { apiKeyIn, isAuthorizedBy } from '@longshore/pinning';
import type { AgentId, Fingerprint } from '@longshore/protocol';
import type { PresentedKey } from '../access/principal';
import { ServerLog } from '../config/server-log';
import { RefusalLimit } from './refusal-limit';

export interface KeyRefusal {
  readonly agentId: AgentId | null;
  readonly code: string;
  readonly message: string;
  readonly presented: Pick<PresentedKey, 'fingerprint' | 'address'>;
  /** `https` unless said otherwise. */
  readonly leg?: 'https' | 'websocket';
  readonly expected: Fingerprint | null;
}

const lateForMs = 30_000;

@Injectable()
export class SecurityEvents {
  readonly #limit = new RefusalLimit();
  /** Keys that moved a moment ago: what was on its way under them is late and no theft. */
  readonly #former = new Set<Fingerprint>();

  constructor(
    private readonly agents: AgentTrustStore,
    private readonly refusals: RefusalStore,
    private readonly log: ServerLog,
  ) {}

  /** The agent whose valid API key this header carries. */
  async shownBy(authorization: string | undefined): Promise<TrustedAgent | null> {
    const shown = apiKeyIn(authorization);
    const agent = shown === null ? null : await this.agents.findByApiKeyId(shown.id);
    return agent !== null && isAuthorizedBy(authorization, agent.apiKey) ? agent : null;
  }

  /** A key that is pinned came without its API key; or a good API key came with a key that is not its agent's. */
  async handshakeRefused({ leg, presented: fingerprint, authorization, address }: RefusedHandshake): Promise<void> {
    const presented = { fingerprint, address };
    const holder = await this.agents.findByFingerprint(fingerprint);
    if (holder !== null) {
      const [agentId, message] = [holder.agentId, `not the API key of agent ${holder.agentId}, or not a web agent`];
      return this.refused({ agentId, expected: fingerprint, presented, leg, code: 'API_KEY_REFUSED', message });
    }
    const meant = await this.shownBy(authorization);
    const expected = meant?.fingerprint ?? null;
    const message = `${meant === null ? 'no agent has' : `agent ${meant.agentId} has another key than`} ${fingerprint}`;
    this.refused({ agentId: meant?.agentId ?? null, expected, presented, leg, code: 'PIN_REFUSED', message });
  }

  /** The agent has moved from this key by its own signature. */
  moved(former: Fingerprint): void {
    this.#former.add(former);
    setTimeout(() => this.#former.delete(former), lateForMs).unref();
  }

  /** Returns at once: nobody who is refused waits for the table, and nobody can learn from how long it took. */
  refused({ agentId, code, message, presented, expected, leg = 'https' }: KeyRefusal): void {
    if (code === 'PIN_REFUSED' && this.#former.has(presented.fingerprint)) return;
    const verdict = this.#limit.decide(agentId, `${code} ${presented.fingerprint}`, performance.now());
    if (!verdict.record) return;
    const details = {
      leg,
      expected,
      presented: presented.fingerprint,
      address: presented.address,
      ...(verdict.before === 0 ? {} : { sameBefore: verdict.before }),
    };
    this.log.warn({ agentId, code, ...details }, 'an agent was refused');
    this.refusals
      .record([{ agentId, code, message, details }])
      .catch((error: unknown) => this.log.warn({ error }, 'a security event could not be recorded'));
  }
}
