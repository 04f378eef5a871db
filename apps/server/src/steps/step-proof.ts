/**
 * Which step is this? Proved by its own token alone, on every request: it is good for this attempt, while the attempt
 * is open and its agent may work, and for nothing else (docs/security.md, Access).
 */
import { Injectable } from '@nestjs/common';
import { type LiveStep, StepTokenStore } from '@longshore/persistence';
import { isSecretOf, parseStepToken, TokenMalformedError } from '@longshore/pinning';
import type { AttemptId } from '@longshore/protocol';
import type { FastifyRequest } from 'fastify';
import { RequestRefusedError } from '../listeners/request-refused-error';

@Injectable()
export class StepProof {
  constructor(private readonly store: StepTokenStore) {}

  /** All refusals are alike: which attempts there are is nobody's business. */
  async prove({ headers }: FastifyRequest): Promise<LiveStep> {
    const [, text] = /^Bearer (lss_\S+)$/i.exec(headers.authorization ?? '') ?? [];
    const token = text === undefined ? null : parseOrNull(text);
    const live = token === null ? null : await this.store.findLive(token.id as AttemptId);
    if (token === null || live === null || !isSecretOf(token.secret, live.tokenHash))
      throw new RequestRefusedError(401, 'STEP_TOKEN_REFUSED', 'not the token of a step that is open');
    return live;
  }
}

function parseOrNull(text: string): ReturnType<typeof parseStepToken> | null {
  try {
    return parseStepToken(text);
  } catch (error) {
    if (error instanceof TokenMalformedError) return null;
    throw error;
  }
}
