/** A process as JSON, for those who would rather paste it. */
import { Alert, List, Stack, Textarea } from '@mantine/core';
import { processDefinitionSchema } from '@longshore/rest-contract';
import type { FieldErrors } from '../frame/field-errors';
import { draftOf, type ProcessDraft } from './process-draft';

export type ReadJson =
  | { readonly ok: true; readonly value: unknown; readonly draft: ProcessDraft | null }
  | { readonly ok: false; readonly problem: string };

export function readJson(text: string): ReadJson {
  try {
    const value: unknown = JSON.parse(text);
    const parsed = processDefinitionSchema.safeParse(value);
    return { ok: true, value, draft: parsed.success ? draftOf(parsed.data) : null };
  } catch (error) {
    return { ok: false, problem: `this is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

export interface JsonTextProps {
  readonly text: string;
  readonly errors: FieldErrors;
  readonly onChange: (text: string) => void;
}

export function JsonText({ text, errors, onChange }: JsonTextProps) {
  return (
    <Stack gap="sm">
      {errors.size > 0 && (
        <Alert color="red" role="alert" title="The process was not saved">
          <List size="sm">
            {[...errors].map(([field, message]) => (
              <List.Item key={field}>{field === '' ? message : `${field}: ${message}`}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Textarea
        aria-label="Process as JSON"
        autosize
        minRows={18}
        maxRows={40}
        spellCheck={false}
        classNames={{ input: 'mono' }}
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </Stack>
  );
}
