/**
 * How does an agent become known? It proves its key by TLS and shows an install token, or it has none and then waits
 * for an operator. An ordinary token only ever makes a new agent; a key that is known already is answered again only
 * while its agent has never opened a session, which is when the first answer was lost (docs/protocol.md, Enrolment).
 */
import { Injectable } from '@nestjs/common';
import type { NewAgent, TrustedAgent } from '@longshore/persistence';
import { createApiKey, type NewBearerSecret, verifySealingKey } from '@longshore/pinning';
import type { EnrolAnswer, EnrolRequest } from '@longshore/protocol';
import type { PresentedKey } from '../access/principal';
import { RequestRefusedError } from '../listeners/request-refused-error';
import { apiKeyColumns, keyToPin } from './agent-keys';
import { EnrolmentAnswers } from './enrolment-answers';
import { EnrolmentPermits, type Permit } from './enrolment-permits';
import { EnrolmentRecords } from './enrolment-records';
import { RePinning } from './re-pinning';

@Injectable()
export class Enrolment {
  constructor(
    private readonly permits: EnrolmentPermits,
    private readonly records: EnrolmentRecords,
    private readonly rePinning: RePinning,
    private readonly answers: EnrolmentAnswers,
  ) {}

  async enrol(key: PresentedKey, request: EnrolRequest): Promise<EnrolAnswer> {
    const bound = await this.permits.admit(request);
    await verifySealingKey(request.sealingKey, key.fingerprint);
    const known = await this.records.findByKey(key.fingerprint);
    if (bound !== null) return this.rePinning.byToken(key, request, bound);
    return known === null ? this.#enrolNew(key, request) : this.#answerAgain(known, request);
  }

  async #enrolNew(key: PresentedKey, request: EnrolRequest): Promise<EnrolAnswer> {
    const permit = await this.permits.decide(request);
    const apiKey = createApiKey();
    const { type, name } = request;
    const details = { type, fingerprint: key.fingerprint, from: key.address };
    const agentId = await this.records.add(newAgent(key, request, permit, apiKey), permit.tokenId, details);
    const warning = agentId === name ? null : `the name ${name} is taken; this agent is ${agentId}`;
    const { approved } = permit;
    return this.answers.enrolled({ agentId, type, apiKeyId: apiKey.id, approved, warning }, apiKey.text);
  }

  async #answerAgain(known: TrustedAgent, request: EnrolRequest): Promise<EnrolAnswer> {
    const { agentId, type, approved, everConnected, apiKey: kept } = known;
    // Without an API key it was revoked, and only an operator issues another.
    if (everConnected || kept === null || type !== request.type) {
      const hint = 'remove that agent first, or enrol with a new key';
      throw new RequestRefusedError(409, 'AGENT_ALREADY_ENROLLED', `this key belongs to agent ${agentId}; ${hint}`);
    }
    const apiKey = createApiKey();
    await this.records.replaceApiKey(known, apiKeyColumns(apiKey, type), { again: true, type });
    return this.answers.enrolled({ agentId, type, apiKeyId: apiKey.id, approved, warning: null }, apiKey.text);
  }
}

function newAgent(
  key: PresentedKey,
  { name, type, sealingKey, facts }: EnrolRequest,
  { approved, tags, teams }: Permit,
  apiKey: NewBearerSecret,
): Omit<NewAgent, 'agentId'> {
  return {
    ...keyToPin(key, sealingKey),
    ...apiKeyColumns(apiKey, type),
    ...{ name, type, approved, tags, teams, facts },
  };
}
