/** A process while it is being edited: the draft, its text while that is shown, what is wrong, and the way to save. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useNavigate } from 'react-router';
import { processDefinitionSchema } from '@longshore/rest-contract';
import { errorsOf, problemsOf, type FieldErrors } from '../frame/field-errors';
import { client } from '../link/client';
import { processQuery } from '../link/queries';
import { draftProblems } from './draft-problems';
import { readJson } from './json-text';
import { definitionOf, type ProcessDraft, type WrittenProcess } from './process-draft';
import { processPath } from './process-path';

export function useProcessEditing(start: ProcessDraft) {
  const [draft, setDraft] = useState(start);
  const [json, setJson] = useState<string | null>(null);
  const [problems, setProblems] = useState<FieldErrors>(new Map());
  const save = useSaveProcess((error) => setProblems(errorsOf(error)));

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const written = json === null ? { ok: true as const, value: definitionOf(draft) as unknown } : readJson(json);
    if (!written.ok) return setProblems(new Map([['', written.problem]]));
    const parsed = processDefinitionSchema.safeParse(written.value);
    const found = json === null ? draftProblems(draft) : parsed.success ? new Map() : problemsOf(parsed.error);
    setProblems(found);
    if (parsed.success && found.size === 0) save.mutate(parsed.data);
    else save.reset();
  };
  const show = (view: string): void => {
    if (view === 'json') return setJson(JSON.stringify(definitionOf(draft), null, 2));
    const read = readJson(json ?? '');
    if (!read.ok) return setProblems(new Map([['', read.problem]]));
    if (read.draft === null) return setProblems(new Map([['', 'this is not a process yet: save tells what is wrong']]));
    setDraft(read.draft);
    setProblems(new Map());
    setJson(null);
  };
  /** Mistakes that were shown go away as they are put right; new ones wait for the next save. */
  const change = (next: ProcessDraft): void => {
    setDraft(next);
    if (problems.size === 0) return;
    const still = draftProblems(next);
    setProblems(new Map([...problems].filter(([field]) => still.has(field))));
  };
  return { draft, json, problems, save, submit, show, change, setJson };
}

function useSaveProcess(onError: (error: Error) => void) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (definition: WrittenProcess) => client.saveProcess(definition),
    // What was typed into secure inputs is not to outlive the page.
    gcTime: 0,
    onSuccess: async (saved) => {
      queries.setQueryData(processQuery(saved.name).queryKey, saved);
      await queries.invalidateQueries({ queryKey: ['processes'] });
      await navigate(processPath(saved.name));
    },
    onError,
  });
}
