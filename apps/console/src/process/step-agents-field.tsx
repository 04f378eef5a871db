/** Narrows the run's agents for one step. */
import { Select, Stack, TagsInput } from '@mantine/core';
import type { AgentsDraft } from './process-draft';

export interface StepAgentsFieldProps {
  readonly agents: AgentsDraft;
  readonly error: string | null;
  readonly onChange: (agents: AgentsDraft) => void;
}

const choices = [
  { value: 'run', label: 'All agents of the run' },
  { value: 'tags', label: 'Those with a tag' },
  { value: 'ids', label: 'Those with an id' },
] as const;

export function StepAgentsField({ agents, error, onChange }: StepAgentsFieldProps) {
  return (
    <Stack gap={6}>
      <Select
        label="Agents"
        description="On which of the run’s agents it runs."
        data={choices}
        value={agents.by}
        allowDeselect={false}
        onChange={(by) => onChange({ by: by ?? 'run', values: by === agents.by ? agents.values : [] })}
        error={agents.by === 'run' ? error : null}
      />
      {agents.by !== 'run' && (
        <TagsInput
          aria-label={agents.by === 'tags' ? 'Tags' : 'Agent ids'}
          placeholder={agents.by === 'tags' ? 'A tag, then Enter' : 'An agent id, then Enter'}
          value={[...agents.values]}
          onChange={(values) => onChange({ ...agents, values })}
          error={error}
        />
      )}
    </Stack>
  );
}
