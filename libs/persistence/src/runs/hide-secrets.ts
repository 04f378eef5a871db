/** A definition as people may see it: null in the place of each secure input (docs/security.md, Keys). */
import type { ProcessDefinition } from '@longshore/rest-contract';

/** Those that were stored by an earlier version know no secure inputs. */
export function hideSecrets(definition: ProcessDefinition): ProcessDefinition {
  const { steps = [] } = definition as Partial<ProcessDefinition>;
  return { ...definition, steps: steps.map((step) => ({ ...step, secureInputs: nulls(step.secureInputs) })) };
}

function nulls(secureInputs: Readonly<Record<string, unknown>> | undefined): Record<string, null> {
  return Object.fromEntries(Object.keys(secureInputs ?? {}).map((name) => [name, null]));
}
