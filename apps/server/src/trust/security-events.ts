/**
 * Writes down who was refused for the key or the API key that it showed, so that an operator sees both fingerprints. An
 * event is an agent's only if the secret of its API key was shown; ids alone are no proof (docs/security.md, Access).
 */
import { Injectable } from '@nestjs/common';
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
  readonly presented: PresentedKey;
  readonly expected: Fingerprint | null;
}

@Injectable()
export class SecurityEvents {
  readonly #limit = new RefusalLimit();

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

  /** Returns at once: nobody who is refused waits for the table, and nobody can learn from how long it took. */
  refused({ agentId, code, message, presented, expected }: KeyRefusal): void {
    const verdict = this.#limit.decide(agentId, `${code} ${presented.fingerprint}`, performance.now());
    if (!verdict.record) return;
    const details = {
      leg: 'https',
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
