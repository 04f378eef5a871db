/** What is wrong with a process as it is written? The contract's schema says it, and of secure inputs what it cannot see. */
import { processDefinitionSchema } from '@longshore/rest-contract';
import { problemsOf, type FieldErrors } from '../frame/field-errors';
import { definitionOf, type ProcessDraft } from './process-draft';
import { valueProblem } from './secure-inputs';

export function draftProblems(draft: ProcessDraft): FieldErrors {
  const parsed = processDefinitionSchema.safeParse(definitionOf(draft));
  return new Map([...(parsed.success ? [] : problemsOf(parsed.error)), ...secureProblems(draft)]);
}

function secureProblems({ steps }: ProcessDraft): (readonly [string, string])[] {
  return steps.flatMap(({ secureInputs }, index) =>
    secureInputs.flatMap((input) => {
      const problem = valueProblem(secureInputs, input);
      return problem === null ? [] : [[`steps.${index}.secureInputs.${input.name}`, problem] as const];
    }),
  );
}
