/**
 * What happens to an input that the server keeps encrypted, while a process is being written? Its value is never
 * read back: null stands for the one that is kept, a text replaces it. It is kept under the names of process, step
 * and input, so a step that is renamed loses it (docs/security.md, Keys).
 */
import type { StepDefinition } from '@longshore/rest-contract';

export interface SecureInputDraft {
  /** Keeps a field together while its name is typed. */
  readonly key: string;
  readonly name: string;
  /** Null: the kept value stays. */
  readonly value: string | null;
  /** Whether the server holds a value that can be kept. */
  readonly isKept: boolean;
}

let lastKey = 0;

export function newSecureInput(name: string): SecureInputDraft {
  return { key: `secure-${(lastKey += 1)}`, name, value: '', isKept: false };
}

export function secureInputDraftsOf(inputs: StepDefinition['secureInputs']): SecureInputDraft[] {
  return Object.entries(inputs).map(([name, value]) => ({ ...newSecureInput(name), value, isKept: value === null }));
}

/** A line without name and value was never meant. */
export function secureInputsOf(drafts: readonly SecureInputDraft[]): StepDefinition['secureInputs'] {
  const meant = drafts.filter(({ name, value }) => name !== '' || (value !== '' && value !== null));
  return Object.fromEntries(meant.map(({ name, value }) => [name, value]));
}

export function changeSecureInput(
  drafts: readonly SecureInputDraft[],
  key: string,
  change: Partial<Pick<SecureInputDraft, 'name' | 'value'>>,
): SecureInputDraft[] {
  return drafts.map((draft) => (draft.key === key ? { ...draft, ...change } : draft));
}

/** What the schema cannot see, because a second value of one name has taken the place of the first by then. */
export function nameProblem(
  drafts: readonly SecureInputDraft[],
  { key, name, value }: SecureInputDraft,
): string | null {
  if (name === '') return value === '' ? null : 'It needs a name';
  return drafts.some((other) => other.key !== key && other.name === name) ? 'There is another of this name' : null;
}

/** Asked at save: an empty field is normal while somebody is about to type. */
export function valueProblem(drafts: readonly SecureInputDraft[], draft: SecureInputDraft): string | null {
  if (draft.name !== '' && draft.value === '') return 'Type a value, or take the input away';
  return nameProblem(drafts, draft);
}
