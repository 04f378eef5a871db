/**
 * What of a step reaches its agent sealed? Its secure inputs and its own token, each a JWE to the sealing key that the
 * agent announced under its pinned key, opened by nobody else and in no other attempt (docs/protocol.md, Identity and
 * pins). Only what is sealed stands in the outbox and on a wire.
 */
import type { OfferTarget } from '@longshore/persistence';
import { createStepToken, sealSecret, type SealingPublicKey, verifySealingKey } from '@longshore/pinning';
import { type AgentId, type AttemptId, LongshoreError } from '@longshore/protocol';
import type { ProcessDefinition } from '@longshore/rest-contract';
import type { DataKeys } from './data-keys';
import { contextOf, secretsOf, type StoredSecret } from './secure-inputs';

export type SealTarget = Pick<OfferTarget, 'agentId' | 'fingerprint' | 'sealingKey'>;

export interface SealedStep {
  readonly sealedInputs: Readonly<Record<string, string>>;
  /** Null: the agent has no sealing key, and the step no secret; it does without a way back to the server. */
  readonly stepToken: string | null;
  readonly stepTokenHash: string | null;
}

/** The message is for the person who looks at the attempt. */
export class StepSecretsUnavailableError extends LongshoreError {
  constructor(problem: string, options: { readonly cause?: unknown } = {}) {
    super('STEP_SECRETS_UNAVAILABLE', 'give-up', `the secure inputs cannot be handed over: ${problem}`, options);
  }
}

interface VerifiedKey {
  readonly fingerprint: string;
  readonly jws: string;
  readonly key: Promise<SealingPublicKey>;
}

const keptAtMost = 20_000;

export class StepSecrets {
  private readonly verified = new Map<AgentId, VerifiedKey>();

  constructor(private readonly keys: DataKeys) {}

  /** Whether the keys of all its secrets are here. */
  canOpen(definition: ProcessDefinition): boolean {
    return definition.steps.every((step) => secretsOf(definition.name, step).every(({ box }) => this.keys.has(box)));
  }

  /** Throws StepSecretsUnavailableError. */
  async seal(attemptId: AttemptId, secrets: readonly StoredSecret[], target: SealTarget): Promise<SealedStep> {
    const to = await this.sealingKeyOf(target, secrets.length > 0);
    if (to === null) return { sealedInputs: {}, stepToken: null, stepTokenHash: null };
    const token = createStepToken(attemptId);
    const [stepToken, ...inputs] = await Promise.all([
      sealSecret({ secret: token.text, to, context: attemptId }),
      ...secrets.map(async (secret) => {
        const opened = this.open(secret);
        return [secret.input, await sealSecret({ secret: opened, to, context: attemptId })] as const;
      }),
    ]);
    return { sealedInputs: Object.fromEntries(inputs), stepToken, stepTokenHash: token.secretHash };
  }

  private open(secret: StoredSecret): string {
    try {
      return this.keys.decrypt(secret.box, contextOf(secret));
    } catch (cause) {
      if (!(cause instanceof LongshoreError)) throw cause;
      throw new StepSecretsUnavailableError(`${secret.input}: ${cause.message}`, { cause });
    }
  }

  private async sealingKeyOf(target: SealTarget, isNeeded: boolean): Promise<SealingPublicKey | null> {
    if (target.sealingKey === null) {
      if (isNeeded) throw new StepSecretsUnavailableError(`agent ${target.agentId} has announced no sealing key`);
      return null;
    }
    try {
      return await this.verifiedKey(target, target.sealingKey);
    } catch (cause) {
      if (!(cause instanceof LongshoreError)) throw cause;
      if (!isNeeded) return null;
      const problem = `the sealing key of agent ${target.agentId} cannot be used: ${cause.message}`;
      throw new StepSecretsUnavailableError(problem, { cause });
    }
  }

  /** Checked once for each announcement: the same text under the same pin stays good. */
  private verifiedKey({ agentId, fingerprint }: SealTarget, jws: string): Promise<SealingPublicKey> {
    const kept = this.verified.get(agentId);
    if (kept?.jws === jws && kept.fingerprint === fingerprint) return kept.key;
    const key = verifySealingKey(jws, fingerprint);
    this.verified.delete(agentId);
    this.verified.set(agentId, { fingerprint, jws, key });
    const oldest = this.verified.keys().next();
    if (this.verified.size > keptAtMost && oldest.done === false) this.verified.delete(oldest.value);
    return key;
  }
}
