/** What most steps leave as it is. */
import { NumberInput, Select, SimpleGrid, Textarea, TextInput } from '@mantine/core';
import type { StepDraft } from './process-draft';

export const rareFieldNames = ['environment', 'workingDirectory', 'timeoutSeconds', 'retry'] as const;

export interface StepRareFieldsProps {
  readonly step: StepDraft;
  readonly errorAt: (field: string) => string | null;
  readonly onChange: (change: Partial<StepDraft>) => void;
}

const retries = [
  { value: 'never', label: 'Never: it may not start twice' },
  { value: 'safe', label: 'Safe: it may simply run again' },
  { value: 'resume', label: 'Resume: it goes on where it was' },
] as const;

export function StepRareFields({ step, errorAt, onChange }: StepRareFieldsProps) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <Textarea
        label="Environment"
        description="One NAME=value a line."
        autosize
        minRows={2}
        spellCheck={false}
        classNames={{ input: 'mono' }}
        value={step.environment}
        onChange={(event) => onChange({ environment: event.currentTarget.value })}
        error={errorAt('environment')}
      />
      <TextInput
        label="Working folder"
        description="Empty: a folder of the step’s own."
        value={step.workingDirectory}
        onChange={(event) => onChange({ workingDirectory: event.currentTarget.value })}
        error={errorAt('workingDirectory')}
      />
      <NumberInput
        label="Timeout in seconds"
        description="Empty: none."
        min={1}
        allowDecimal={false}
        value={step.timeoutSeconds ?? ''}
        onChange={(value) => onChange({ timeoutSeconds: value === '' ? null : Number(value) })}
        error={errorAt('timeoutSeconds')}
      />
      <Select
        label="Retry"
        description="When its outcome cannot be known."
        data={retries}
        value={step.retry}
        allowDeselect={false}
        onChange={(retry) => onChange({ retry: retry ?? 'never' })}
        error={errorAt('retry')}
      />
    </SimpleGrid>
  );
}
