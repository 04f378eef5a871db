/** A run's state as a coloured word. */
import { Badge } from '@mantine/core';
import type { RunState } from '@longshore/rest-contract';

const looks: Readonly<Record<RunState, { readonly color: string; readonly text: string }>> = {
  running: { color: 'blue', text: 'Running' },
  succeeded: { color: 'teal', text: 'Succeeded' },
  failed: { color: 'red', text: 'Failed' },
  cancelled: { color: 'gray', text: 'Cancelled' },
};

export function RunStateMark({ state }: { readonly state: RunState }) {
  const { color, text } = looks[state];
  return (
    <Badge variant="light" color={color} tt="none" fw={600} radius="sm">
      {text}
    </Badge>
  );
}
