/**
 * Writes a process, as a form or as JSON; both are the same draft. What the contract's schema or the server finds
 * wrong is shown beside the field it is about.
 */
import { Button, Card, Group, SegmentedControl, Stack } from '@mantine/core';
import { Link } from 'react-router';
import { FailureNotice } from '../frame/failure-notice';
import { DependencyDrawing } from './dependency-drawing';
import { JsonText } from './json-text';
import type { ProcessDraft } from './process-draft';
import { ProcessForm } from './process-form';
import { useProcessEditing } from './use-process-editing';

export interface ProcessEditorProps {
  readonly start: ProcessDraft;
  readonly isNew: boolean;
  readonly back: string;
}

export function ProcessEditor({ start, isNew, back }: ProcessEditorProps) {
  const { draft, json, problems, save, submit, show, change, setJson } = useProcessEditing(start);
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
