/** The fields of a process: its name, what it is for, and its steps in the order of writing. */
import { Button, Card, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { errorAt, type FieldErrors } from '../frame/field-errors';
import { stepTypesQuery } from '../link/queries';
import { changeStep, freeStepName, moveStep, newStep, removeStep, type ProcessDraft } from './process-draft';
import { StepFields } from './step-fields';

export interface ProcessFormProps {
  readonly draft: ProcessDraft;
  readonly errors: FieldErrors;
  readonly isNew: boolean;
  readonly onChange: (draft: ProcessDraft) => void;
}

export function ProcessForm({ draft, errors, isNew, onChange }: ProcessFormProps) {
  const stepTypes = useQuery(stepTypesQuery).data?.stepTypes ?? [];
  const names = draft.steps.map(({ name }) => name);
  return (
    <Stack>
      <Card>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput
            label="Name"
            withAsterisk={isNew}
            readOnly={!isNew}
            variant={isNew ? 'default' : 'filled'}
            description={isNew ? 'Runs are started by this name.' : 'A version cannot change its process’s name.'}
            value={draft.name}
            onChange={(event) => onChange({ ...draft, name: event.currentTarget.value })}
            error={errorAt(errors, 'name')}
          />
          <TextInput
            label="Description"
            description="What it is for, in a sentence."
            value={draft.description}
            onChange={(event) => onChange({ ...draft, description: event.currentTarget.value })}
            error={errorAt(errors, 'description')}
          />
        </SimpleGrid>
      </Card>
      {draft.steps.map((step, index) => (
        <StepFields
          key={step.key}
          step={step}
          index={index}
          count={draft.steps.length}
          otherNames={[...new Set(names.filter((name, at) => at !== index && name !== ''))]}
          stepTypes={stepTypes}
          errors={errors}
          onChange={(change) => onChange(changeStep(draft, step.key, change))}
          onMove={(to) => onChange(moveStep(draft, index, to))}
          onRemove={() => onChange(removeStep(draft, step.key))}
        />
      ))}
      <Group>
        <Button
          variant="default"
          leftSection={<IconPlus size={16} />}
          onClick={() => onChange({ ...draft, steps: [...draft.steps, newStep(freeStepName(draft))] })}
        >
          Add a step
        </Button>
        {errorAt(errors, 'steps') !== null && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            Something is not right with the steps: see the fields marked red.
          </Text>
        )}
      </Group>
    </Stack>
  );
}
