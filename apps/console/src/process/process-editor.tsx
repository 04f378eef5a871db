/**
 * Writes a process, as a form or as JSON; both are the same draft. What the contract's schema or the server finds
 * wrong is shown beside the field it is about.
 */
import { Button, Card, Group, SegmentedControl, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Link, useNavigate } from 'react-router';
import { processDefinitionSchema } from '@longshore/rest-contract';
import { errorsOf, problemsOf, type FieldErrors } from '../frame/field-errors';
import { FailureNotice } from '../frame/failure-notice';
import { client } from '../link/client';
import { processQuery } from '../link/queries';
import { DependencyDrawing } from './dependency-drawing';
import { definitionOf, type ProcessDraft, type WrittenProcess } from './process-draft';
import { ProcessForm } from './process-form';
import { processPath } from './process-path';
import { JsonText, readJson } from './json-text';

export interface ProcessEditorProps {
  readonly start: ProcessDraft;
  readonly isNew: boolean;
  readonly back: string;
}

export function ProcessEditor({ start, isNew, back }: ProcessEditorProps) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(start);
  const [json, setJson] = useState<string | null>(null);
  const [problems, setProblems] = useState<FieldErrors>(new Map());
  const save = useMutation({
    mutationFn: (definition: WrittenProcess) => client.saveProcess(definition),
    onSuccess: async (saved) => {
      queries.setQueryData(processQuery(saved.name).queryKey, saved);
      await queries.invalidateQueries({ queryKey: ['processes'] });
      await navigate(processPath(saved.name));
    },
    onError: (error) => setProblems(errorsOf(error)),
  });

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const written = json === null ? { ok: true as const, value: definitionOf(draft) as unknown } : readJson(json);
    if (!written.ok) return setProblems(new Map([['', written.problem]]));
    const parsed = processDefinitionSchema.safeParse(written.value);
    setProblems(parsed.success ? new Map() : problemsOf(parsed.error));
    if (parsed.success) save.mutate(parsed.data);
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
    const left = processDefinitionSchema.safeParse(definitionOf(next));
    const still = left.success ? new Map<string, string>() : problemsOf(left.error);
    setProblems(new Map([...problems].filter(([field]) => still.has(field))));
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Group justify="space-between">
          <SegmentedControl
            aria-label="View"
            data={[
              { value: 'form', label: 'Form' },
              { value: 'json', label: 'JSON' },
            ]}
            value={json === null ? 'form' : 'json'}
            onChange={show}
          />
          <Group gap="xs">
            <Button component={Link} to={back} variant="default">
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              {isNew ? 'Save process' : 'Save next version'}
            </Button>
          </Group>
        </Group>
        {save.error !== null && problems.size === 0 && (
          <FailureNotice error={save.error} doing="The process was not saved" />
        )}
        {json === null ? (
          <>
            <Card component="section" aria-label="Order of the steps">
              <DependencyDrawing steps={drawingOf(draft)} />
            </Card>
            <ProcessForm draft={draft} errors={problems} isNew={isNew} onChange={change} />
          </>
        ) : (
          <JsonText text={json} errors={problems} onChange={setJson} />
        )}
      </Stack>
    </form>
  );
}

function drawingOf({ steps }: ProcessDraft) {
  return steps.map(({ name, needs, type }) => ({
    name: name === '' ? '(no name)' : name,
    needs: needs.map(({ step }) => step),
    note: type,
    look: 'plain' as const,
  }));
}
