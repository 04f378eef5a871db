/** Which steps have to succeed first, and whether everywhere or only on the same agent. */
import { Group, MultiSelect, Select, Stack, Text } from '@mantine/core';
import type { StepDraft } from './process-draft';

type Needs = StepDraft['needs'];

export interface StepNeedsFieldProps {
  readonly needs: Needs;
  readonly otherNames: readonly string[];
  readonly error: string | null;
  readonly onChange: (needs: Needs) => void;
}

const places = [
  { value: 'every-agent', label: 'on every agent' },
  { value: 'same-agent', label: 'on the same agent' },
] as const;

export function StepNeedsField({ needs, otherNames, error, onChange }: StepNeedsFieldProps) {
  const names = needs.map(({ step }) => step);
  const choose = (chosen: readonly string[]): void =>
    onChange(chosen.map((step) => needs.find((need) => need.step === step) ?? { step, on: 'every-agent' }));
  return (
    <Stack gap={6}>
      <MultiSelect
        label="Needs"
        description="These steps must have succeeded first."
        placeholder={names.length === 0 ? 'Nothing: it starts at once' : ''}
        data={[...new Set([...otherNames, ...names])]}
        value={names}
        onChange={choose}
        error={error}
        clearable
      />
      {needs.map((need) => (
        <Group key={need.step} gap="xs" wrap="nowrap">
          <Text size="sm" truncate flex={1}>
            {need.step}
          </Text>
          <Select
            aria-label={`Where ${need.step} must have succeeded`}
            size="xs"
            w={160}
            data={places}
            value={need.on}
            allowDeselect={false}
            onChange={(on) => onChange(needs.map((other) => (other === need && on !== null ? { ...need, on } : other)))}
          />
        </Group>
      ))}
    </Stack>
  );
}
