/** One step of a saved process, as it was written. */
import { Card, Code, Group, Stack, Text, Title } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import type { StepDefinition } from '@longshore/rest-contract';

export function StepCard({ step }: { readonly step: StepDefinition }) {
  const { script, ...inputs } = step.inputs;
  return (
    <Card component="section" aria-label={`Step ${step.name}`}>
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Title order={3} size="h6">
            {step.name}
          </Title>
          <Text size="sm" c="dimmed">
            {conditionsOf(step).join(' · ')}
          </Text>
        </Group>
        {script !== undefined && (
          <Code block className="mono code-block">
            {String(script)}
          </Code>
        )}
        <Pairs name="Inputs" pairs={inputs} />
        <SecureNames names={Object.keys(step.secureInputs)} />
        <Pairs name="Environment" pairs={step.environment} />
      </Stack>
    </Card>
  );
}

interface PairsProps {
  readonly name: string;
  readonly pairs: Readonly<Record<string, string | number | boolean>>;
}

function Pairs({ name, pairs }: PairsProps) {
  const lines = Object.entries(pairs).map(([key, value]) => `${key}=${String(value)}`);
  if (lines.length === 0) return null;
  return (
    <div>
      <Text size="xs" c="dimmed" mb={2}>
        {name}
      </Text>
      <Code block className="mono code-block">
        {lines.join('\n')}
      </Code>
    </div>
  );
}

function SecureNames({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <div>
      <Text size="xs" c="dimmed" mb={2}>
        Secure inputs
      </Text>
      <Group gap={6}>
        <IconLock size={14} aria-hidden />
        {names.map((name) => (
          <Code key={name} className="mono">
            {name}
          </Code>
        ))}
        <Text size="sm" c="dimmed">
          kept, not shown
        </Text>
      </Group>
    </div>
  );
}

function conditionsOf({
  plugIn,
  type,
  needs,
  agents,
  timeoutSeconds,
  retry,
  workingDirectory,
}: StepDefinition): string[] {
  const said = [plugIn === 'longshore.shell' ? type : `${plugIn} / ${type}`];
  for (const { step, on } of needs) said.push(`after ${step}${on === 'same-agent' ? ' on the same agent' : ''}`);
  if (agents !== null && 'tags' in agents) said.push(`on agents tagged ${agents.tags.join(' or ')}`);
  if (agents !== null && 'ids' in agents) said.push(`on ${agents.ids.join(', ')}`);
  if (workingDirectory !== null) said.push(`in ${workingDirectory}`);
  if (timeoutSeconds !== null) said.push(`at most ${timeoutSeconds} s`);
  if (retry !== 'never') said.push(`retry ${retry}`);
  return said;
}
