/**
 * What becomes of the secure inputs of a definition? At save each value becomes a box, or null keeps the one that is
 * there; a box is bound to process, step and input, so that none can be moved to where it would be shown
 * (docs/security.md, Keys).
 */
import { InputInvalidError } from '@longshore/protocol';
import { SecretBoxRefusedError } from '@longshore/pinning';
import type { ProcessDefinition, StepDefinition } from '@longshore/rest-contract';
import type { DataKeys } from './data-keys';

export interface SecretPlace {
  readonly process: string;
  readonly step: string;
  readonly input: string;
}

export interface StoredSecret extends SecretPlace {
  readonly box: string;
}

export const contextOf = ({ process, step, input }: SecretPlace): string =>
  JSON.stringify(['secure-input', process, step, input]);

/** What is stored of a step's secure inputs; a definition of an earlier version has none. */
export function secretsOf(process: string, step: StepDefinition): StoredSecret[] {
  const { secureInputs = {} } = step as Partial<StepDefinition>;
  return Object.entries(secureInputs).flatMap(([input, box]) =>
    box === null ? [] : [{ process, step: step.name, input, box }],
  );
}

export function mapSecrets(definition: ProcessDefinition, change: (secret: StoredSecret) => string): ProcessDefinition {
  const steps = definition.steps.map((step) => ({
    ...step,
    secureInputs: Object.fromEntries(
      secretsOf(definition.name, step).map((secret) => [secret.input, change(secret)] as const),
    ),
  }));
  return { ...definition, steps };
}

/** The definition as it is stored; `previous` is the newest version, as it is stored. */
export function encryptSecrets(
  definition: ProcessDefinition,
  previous: ProcessDefinition | null,
  keys: DataKeys,
): ProcessDefinition {
  const kept = new Map(
    (previous?.steps ?? []).flatMap((step) =>
      secretsOf(definition.name, step).map((secret) => [contextOf(secret), secret.box] as const),
    ),
  );
  const steps = definition.steps.map((step, index) => {
    const entries = Object.entries(step.secureInputs).map(([input, value]) => {
      const context = contextOf({ process: definition.name, step: step.name, input });
      const box = boxOf(value, { kept: kept.get(context) ?? null, context, keys });
      if (box === null) throw new InputInvalidError(`steps.${index}.secureInputs.${input}`, 'has no value to keep');
      return [input, box] as const;
    });
    return { ...step, secureInputs: Object.fromEntries(entries) };
  });
  return { ...definition, steps };
}

interface Keeping {
  readonly kept: string | null;
  readonly context: string;
  readonly keys: DataKeys;
}

/** The same value stays in the box it is in: what is saved twice is one version. */
function boxOf(value: string | null, { kept, context, keys }: Keeping): string | null {
  if (value === null) return kept;
  return kept !== null && openOrNull(kept, context, keys) === value ? kept : keys.encrypt(value, context);
}

/** One that cannot be opened any more is simply replaced. */
function openOrNull(box: string, context: string, keys: DataKeys): string | null {
  try {
    return keys.decrypt(box, context);
  } catch (error) {
    if (error instanceof SecretBoxRefusedError) return null;
    throw error;
  }
}
