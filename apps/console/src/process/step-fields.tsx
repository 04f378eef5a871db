/** The fields of one step: what it does first, when and where it does it second, rarer wishes behind a switch. */
import { ActionIcon, Button, Card, Collapse, Grid, Group, Select, Stack, TextInput, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowDown, IconArrowUp, IconTrash } from '@tabler/icons-react';
import type { StepType } from '@longshore/rest-contract';
import { errorAt, type FieldErrors } from '../frame/field-errors';
import type { StepDraft } from './process-draft';
import { StepAgentsField } from './step-agents-field';
import { StepInputFields } from './step-input-fields';
import { StepNeedsField } from './step-needs-field';
import { StepSecureFields } from './step-secure-fields';
import { StepRareFields, rareFieldNames } from './step-rare-fields';

export interface StepFieldsProps {
  readonly step: StepDraft;
  readonly index: number;
  readonly count: number;
  readonly otherNames: readonly string[];
  readonly stepTypes: readonly StepType[];
  readonly errors: FieldErrors;
  readonly onChange: (change: Partial<StepDraft>) => void;
  readonly onMove: (to: number) => void;
  readonly onRemove: () => void;
}

export function StepFields(props: StepFieldsProps) {
  const { step, index, stepTypes, errors, onChange } = props;
  const [rareShown, rare] = useDisclosure(false);
  const at = (field: string): string | null => errorAt(errors, `steps.${index}.${field}`);
  const stepType = stepTypes.find(({ plugIn, type }) => plugIn === step.plugIn && type === step.type);
  const rareIsWrong = rareFieldNames.some((field) => at(field) !== null);
  return (
    <Card component="section" aria-label={`Step ${index + 1}`}>
      <StepHead {...props} />
      <Stack gap="sm">
        <Grid gap="md">
          <Grid.Col span={{ base: 12, md: 7 }}>
            <Stack gap="sm">
              <TextInput
                label="Step name"
                withAsterisk
                value={step.name}
                onChange={(event) => onChange({ name: event.currentTarget.value })}
                error={at('name')}
              />
              <StepInputFields
                inputs={step.inputs}
                secureNames={step.secureInputs.map(({ name }) => name)}
                stepType={stepType ?? null}
                errorAt={at}
                onChange={(inputs) => onChange({ inputs })}
              />
              <StepSecureFields
                step={step}
                stepType={stepType ?? null}
                errorAt={at}
                onChange={(secureInputs) => onChange({ secureInputs })}
              />
            </Stack>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 5 }}>
            <StepPlace {...props} errorAt={at} />
          </Grid.Col>
        </Grid>
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={rare.toggle}
          aria-expanded={rareShown || rareIsWrong}
          style={{ alignSelf: 'flex-start' }}
        >
          {rareShown || rareIsWrong ? 'Fewer settings' : 'Environment, folder, timeout, retry'}
        </Button>
        <Collapse expanded={rareShown || rareIsWrong}>
          <StepRareFields step={step} errorAt={at} onChange={onChange} />
        </Collapse>
      </Stack>
    </Card>
  );
}

type StepPlaceProps = StepFieldsProps & { readonly errorAt: (field: string) => string | null };

/** What it is, after which others, and where. */
function StepPlace({ step, stepTypes, otherNames, errorAt: at, onChange }: StepPlaceProps) {
  return (
    <Stack gap="sm">
      <StepTypeField step={step} stepTypes={stepTypes} error={at('type') ?? at('plugIn')} onChange={onChange} />
      <StepNeedsField
        needs={step.needs}
        otherNames={otherNames}
        error={at('needs')}
        onChange={(needs) => onChange({ needs })}
      />
      <StepAgentsField agents={step.agents} error={at('agents')} onChange={(agents) => onChange({ agents })} />
    </Stack>
  );
}

function StepHead({ step, index, count, onMove, onRemove }: StepFieldsProps) {
  const name = step.name === '' ? `step ${index + 1}` : step.name;
  return (
    <Group justify="space-between" mb="xs">
      <Title order={2} size="h6" c="dimmed">
        Step {index + 1}
      </Title>
      <Group gap={2}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Move ${name} up`}
          disabled={index === 0}
          onClick={() => onMove(index - 1)}
        >
          <IconArrowUp size={16} />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Move ${name} down`}
          disabled={index === count - 1}
          onClick={() => onMove(index + 1)}
        >
          <IconArrowDown size={16} />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="red"
          aria-label={`Remove ${name}`}
          disabled={count === 1}
          onClick={onRemove}
        >
          <IconTrash size={16} />
        </ActionIcon>
      </Group>
    </Group>
  );
}

type StepTypeFieldProps = Pick<StepFieldsProps, 'step' | 'stepTypes' | 'onChange'> & { readonly error: string | null };

function StepTypeField({ step, stepTypes, error, onChange }: StepTypeFieldProps) {
  const current = `${step.plugIn}/${step.type}`;
  const known = stepTypes.map(({ plugIn, type, label }) => ({ value: `${plugIn}/${type}`, label }));
  const data = known.some(({ value }) => value === current) ? known : [{ value: current, label: current }, ...known];
  const choose = (value: string | null): void => {
    const chosen = stepTypes.find(({ plugIn, type }) => `${plugIn}/${type}` === value);
    if (chosen === undefined) return;
    const start = chosen.inputs.flatMap((input) =>
      input.secure || input.default === null ? [] : [[input.name, input.default] as const],
    );
    onChange({ plugIn: chosen.plugIn, type: chosen.type, inputs: Object.fromEntries(start) });
  };
  return <Select label="Type" data={data} value={current} onChange={choose} allowDeselect={false} error={error} />;
}
