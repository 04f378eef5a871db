/** Inputs that are kept encrypted and never shown again: those that the step type declares, then the author's own. */
import { ActionIcon, Button, Group, Input, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { IconLock, IconPlus, IconTrash } from '@tabler/icons-react';
import type { StepType } from '@longshore/rest-contract';
import type { StepDraft } from './process-draft';
import { changeSecureInput, nameProblem, newSecureInput, type SecureInputDraft } from './secure-inputs';

export interface StepSecureFieldsProps {
  readonly step: StepDraft;
  readonly stepType: StepType | null;
  readonly errorAt: (field: string) => string | null;
  readonly onChange: (secureInputs: readonly SecureInputDraft[]) => void;
}

export function StepSecureFields({ step, stepType, errorAt, onChange }: StepSecureFieldsProps) {
  const { secureInputs } = step;
  const declared = (stepType?.inputs ?? []).filter(({ secure }) => secure);
  const names = new Set(declared.map(({ name }) => name));
  const isRenamed = step.savedName !== null && step.savedName !== step.name;
  const field = (draft: SecureInputDraft) => ({
    draft,
    error: errorAt(`secureInputs.${draft.name}`) ?? lostProblem(draft, isRenamed),
    onValue: (value: string | null) =>
      value === '' && !draft.isKept && names.has(draft.name)
        ? onChange(secureInputs.filter(({ key }) => key !== draft.key))
        : onChange(changeSecureInput(secureInputs, draft.key, { value })),
    onRemove: () => onChange(secureInputs.filter(({ key }) => key !== draft.key)),
  });
  return (
    <Stack gap="sm">
      {declared.map(({ name, label, required }) => {
        const draft = secureInputs.find((each) => each.name === name);
        if (draft !== undefined)
          return <SecureValue key={name} {...field(draft)} label={label} isRequired={required} />;
        const add = (value: string | null): void => onChange([...secureInputs, { ...newSecureInput(name), value }]);
        const empty = { ...newSecureInput(name), key: name };
        const error = errorAt(`secureInputs.${name}`);
        return <SecureValue key={name} draft={empty} label={label} isRequired={required} error={error} onValue={add} />;
      })}
      {secureInputs
        .filter(({ name }) => !names.has(name))
        .map((draft) => (
          <OwnSecureInput
            key={draft.key}
            {...field(draft)}
            nameProblem={nameProblem(secureInputs, draft)}
            onName={(name) => onChange(changeSecureInput(secureInputs, draft.key, { name }))}
          />
        ))}
      <AddSecureInput onAdd={() => onChange([...secureInputs, newSecureInput('')])} stepType={stepType} />
    </Stack>
  );
}

interface AddSecureInputProps {
  readonly stepType: StepType | null;
  readonly onAdd: () => void;
}

/** Only the shell takes what it does not declare: as environment variables. */
function AddSecureInput({ stepType, onAdd }: AddSecureInputProps) {
  if (stepType !== null && stepType.type !== 'shell') return null;
  return (
    <Group gap="xs">
      <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} />} onClick={onAdd}>
        Add a secure input
      </Button>
      <Text size="xs" c="dimmed">
        A secret: the script finds it in the environment, and nobody is shown it again.
      </Text>
    </Group>
  );
}

interface SecureValueProps {
  readonly draft: SecureInputDraft;
  readonly label: string;
  readonly isRequired?: boolean;
  readonly error: string | null;
  readonly onValue: (value: string | null) => void;
  readonly onRemove?: () => void;
}

function SecureValue({ draft, label, isRequired = false, error, onValue, onRemove }: SecureValueProps) {
  if (draft.value === null) return <KeptValue {...{ draft, label, error, onValue }} {...(onRemove && { onRemove })} />;
  return (
    <Group gap="xs" align="end" wrap="nowrap">
      <PasswordInput
        flex={1}
        label={label}
        withAsterisk={isRequired}
        leftSection={<IconLock size={16} />}
        autoComplete="off"
        value={draft.value}
        onChange={(event) => onValue(event.currentTarget.value)}
        error={error}
      />
      {draft.isKept && (
        <Button variant="default" onClick={() => onValue(null)}>
          Keep the old one
        </Button>
      )}
      {!draft.isKept && onRemove !== undefined && (
        <RemoveInput name={draft.name === '' ? 'the secure input' : draft.name} onRemove={onRemove} />
      )}
    </Group>
  );
}

function KeptValue({ draft, label, error, onValue, onRemove }: SecureValueProps) {
  return (
    <div role="group" aria-label={label}>
      <Input.Label component="div">{label}</Input.Label>
      <Group gap="xs">
        <IconLock size={16} aria-hidden />
        <Text size="sm" c="dimmed">
          kept, not shown
        </Text>
        <Button variant="default" size="compact-sm" aria-label={`Replace ${draft.name}`} onClick={() => onValue('')}>
          Replace
        </Button>
        {onRemove !== undefined && <RemoveInput name={draft.name} onRemove={onRemove} />}
      </Group>
      {error !== null && (
        <Text size="xs" c="var(--mantine-color-error)" mt={4}>
          {error}
        </Text>
      )}
    </div>
  );
}

type OwnSecureInputProps = Omit<SecureValueProps, 'label'> & {
  readonly nameProblem: string | null;
  readonly onName: (name: string) => void;
};

/** The name of a kept value cannot change: the value is kept under it. */
function OwnSecureInput({ nameProblem: problem, onName, ...props }: OwnSecureInputProps) {
  const { draft, error } = props;
  if (draft.isKept) return <SecureValue {...props} label={draft.name} error={error ?? problem} />;
  return (
    <Group gap="xs" align="start" wrap="nowrap">
      <TextInput
        label="Name"
        aria-label="Name of the secure input"
        w="38%"
        value={draft.name}
        onChange={(event) => onName(event.currentTarget.value)}
        error={problem}
      />
      <div style={{ flex: 1 }}>
        <SecureValue {...props} label={draft.name === '' ? 'Value' : `Value of ${draft.name}`} />
      </div>
    </Group>
  );
}

function RemoveInput({ name, onRemove }: { readonly name: string; readonly onRemove: () => void }) {
  return (
    <ActionIcon variant="subtle" color="red" size="lg" aria-label={`Remove ${name}`} onClick={onRemove}>
      <IconTrash size={16} />
    </ActionIcon>
  );
}

function lostProblem({ value }: SecureInputDraft, isRenamed: boolean): string | null {
  return value === null && isRenamed ? 'The step has another name now: type the value again.' : null;
}
