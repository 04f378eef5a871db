/** One field per input that the step type declares, but for the secure ones, which are written elsewhere. A script gets room and a fixed-width face. */
import { NumberInput, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import type { StepType } from '@longshore/rest-contract';
import type { StepDraft } from './process-draft';

type Input = StepType['inputs'][number];
type Value = StepDraft['inputs'][string];

export interface StepInputFieldsProps {
  readonly inputs: StepDraft['inputs'];
  /** Inputs that are given as secure ones. */
  readonly secureNames: readonly string[];
  /** Null while the step types are not known: then the inputs that are there are shown. */
  readonly stepType: StepType | null;
  readonly errorAt: (field: string) => string | null;
  readonly onChange: (inputs: StepDraft['inputs']) => void;
}

export function StepInputFields({ inputs, secureNames, stepType, errorAt, onChange }: StepInputFieldsProps) {
  const known = stepType?.inputs ?? Object.keys(inputs).map((name) => undeclared(name));
  const declared = known.filter(({ name, secure }) => !secure && !secureNames.includes(name));
  const set = (name: string, value: Value | undefined): void => {
    const { [name]: _before, ...others } = inputs;
    onChange(value === undefined ? others : { ...others, [name]: value });
  };
  return (
    <Stack gap="sm">
      {declared.map((input) => (
        <InputField
          key={input.name}
          input={input}
          value={inputs[input.name]}
          error={errorAt(`inputs.${input.name}`)}
          onChange={(value) => set(input.name, value)}
        />
      ))}
    </Stack>
  );
}

interface InputFieldProps {
  readonly input: Input;
  readonly value: Value | undefined;
  readonly error: string | null;
  readonly onChange: (value: Value | undefined) => void;
}

function InputField({ input, value, error, onChange }: InputFieldProps) {
  const { name, label, required } = input;
  const text = { label, withAsterisk: required, error, value: value === undefined ? '' : String(value) };
  if (input.type === 'boolean') {
    return (
      <Switch
        label={label}
        error={error}
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  }
  if (input.type === 'number') {
    return <NumberInput {...text} maw={220} onChange={(typed) => onChange(typed === '' ? undefined : Number(typed))} />;
  }
  if (name !== 'script') return <TextInput {...text} onChange={(event) => onChange(event.currentTarget.value)} />;
  return (
    <Textarea
      {...text}
      autosize
      minRows={7}
      maxRows={24}
      spellCheck={false}
      classNames={{ input: 'mono' }}
      placeholder={'echo "on $(hostname)"'}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function undeclared(name: string): Input {
  const label = name.charAt(0).toUpperCase() + name.slice(1);
  return { name, label, type: 'string', required: false, default: null, secure: false };
}
