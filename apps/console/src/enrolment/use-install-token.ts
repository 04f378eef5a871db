/** An install token while it is being made; once made, it is held as long as it is shown and nowhere else. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { createInstallTokenSchema } from '@longshore/rest-contract';
import { errorsOf, problemsOf, type FieldErrors } from '../frame/field-errors';
import { client } from '../link/client';
import { installTokensQuery } from '../link/queries';
import type { InstallTokenDraft } from './install-token-fields';

export function useInstallToken(start: InstallTokenDraft) {
  const queries = useQueryClient();
  const [draft, setDraft] = useState(start);
  const [mistakes, setMistakes] = useState<FieldErrors>(new Map());
  const create = useMutation({
    mutationFn: () => client.createInstallToken(draft),
    gcTime: 0,
    onSuccess: () => queries.invalidateQueries({ queryKey: installTokensQuery.queryKey }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const parsed = createInstallTokenSchema.safeParse(draft);
    setMistakes(parsed.success ? new Map() : problemsOf(parsed.error));
    if (parsed.success) create.mutate();
  };
  return {
    draft,
    create,
    submit,
    errors: new Map([...errorsOf(create.error), ...mistakes]),
    change: (change: Partial<InstallTokenDraft>) => setDraft((before) => ({ ...before, ...change })),
  };
}
