/** What an operator sets of an agent: its tags, and how many steps it runs at once. */
import { Button, Card, Group, NumberInput, Stack, TagsInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { updateAgentSchema, type Agent } from '@longshore/rest-contract';
import { FailureNotice } from '../frame/failure-notice';
import { client } from '../link/client';
import { agentQuery } from '../link/queries';
import { errorAt, errorsOf, problemsOf, type FieldErrors } from '../frame/field-errors';

export function AgentSettings({ agent }: { readonly agent: Agent }) {
  const queries = useQueryClient();
  const [tags, setTags] = useState(agent.tags);
  const [maxParallel, setMaxParallel] = useState<number | null>(agent.maxParallel);
  const [mistakes, setMistakes] = useState<FieldErrors>(new Map());
  const save = useMutation({
    mutationFn: () => client.updateAgent(agent.id, { tags, maxParallel }),
    onSuccess: (saved) => {
      queries.setQueryData(agentQuery(agent.id).queryKey, saved);
      notifications.show({ message: `${saved.name} is saved`, color: 'teal' });
      return queries.invalidateQueries({ queryKey: ['agents', 'list'] });
    },
  });
  const errors = new Map([...errorsOf(save.error), ...mistakes]);
  const isChanged = maxParallel !== agent.maxParallel || tags.join('\n') !== agent.tags.join('\n');

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const parsed = updateAgentSchema.safeParse({ tags, maxParallel });
    setMistakes(parsed.success ? new Map() : problemsOf(parsed.error));
    if (parsed.success) save.mutate();
  };
  return (
    <Card component="form" onSubmit={submit} aria-label="Settings">
      <Title order={2} size="h5" mb="sm">
        Settings
      </Title>
      <Stack gap="sm">
        {save.error !== null && errors.size === 0 && (
          <FailureNotice error={save.error} doing="The agent was not saved" />
        )}
        <TagsInput
          label="Tags"
          description="Runs and steps choose their agents by tag. Enter adds one."
          value={tags}
          onChange={setTags}
          error={errorAt(errors, 'tags')}
          clearable
        />
        <NumberInput
          label="Steps at once"
          description="Empty: the agent decides, four per CPU."
          value={maxParallel ?? ''}
          onChange={(value) => setMaxParallel(value === '' ? null : Number(value))}
          min={1}
          max={1000}
          allowDecimal={false}
          error={errorAt(errors, 'maxParallel')}
        />
        <Group>
          <Button type="submit" variant="default" disabled={!isChanged} loading={save.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}
