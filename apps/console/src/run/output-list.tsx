/** What a step handed on to others. */
import { Code, Text } from '@mantine/core';

export function OutputList({ outputs }: { readonly outputs: Readonly<Record<string, string>> }) {
  const lines = Object.entries(outputs).map(([name, value]) => `${name}=${value}`);
  if (lines.length === 0) return null;
  return (
    <div>
      <Text size="xs" c="dimmed" mb={2}>
        Outputs
      </Text>
      <Code block className="mono">
        {lines.join('\n')}
      </Code>
    </div>
  );
}
