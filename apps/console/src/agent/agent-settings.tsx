/** What an operator sets of an agent: its tags and teams, and how many steps it runs at once. */
import { Button, Card, Group, NumberInput, SimpleGrid, Stack, TagsInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { updateAgentSchema, type Agent } from '@longshore/rest-contract';
import { FailureNotice } from '../frame/failure-notice';
import { client } from '../link/client';
import { errorAt, errorsOf, problemsOf, type FieldErrors } from '../frame/field-errors';
import { useAgentRefresh } from './use-agent-refresh';

interface SettingsDraft {
  readonly tags: string[];
  readonly teams: string[];
  readonly maxParallel: number | null;
}

const settingsOf = ({ tags, teams, maxParallel }: Agent): SettingsDraft => ({ tags, teams, maxParallel });

export function AgentSettings({ agent }: { readonly agent: Agent }) {
  const refresh = useAgentRefresh();
  const [draft, setDraft] = useState(settingsOf(agent));
  const [mistakes, setMistakes] = useState<FieldErrors>(new Map());
  const save = useMutation({
    mutationFn: () => client.updateAgent(agent.id, draft),
    onSuccess: (saved) => {
      notifications.show({ message: `${saved.name} is saved`, color: 'teal' });
      return refresh(saved);
    },
  });
  const errors = new Map([...errorsOf(save.error), ...mistakes]);
  const isChanged = JSON.stringify(draft) !== JSON.stringify(settingsOf(agent));

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const parsed = updateAgentSchema.safeParse(draft);
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
        <SettingsFields draft={draft} errors={errors} onChange={(change) => setDraft({ ...draft, ...change })} />
        <Group>
          <Button type="submit" variant="default" disabled={!isChanged} loading={save.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

interface SettingsFieldsProps {
  readonly draft: SettingsDraft;
  readonly errors: FieldErrors;
  readonly onChange: (change: Partial<SettingsDraft>) => void;
}

function SettingsFields({ draft, errors, onChange }: SettingsFieldsProps) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }}>
      <TagsInput
        label="Tags"
        description="Runs and steps choose by tag. Enter adds one."
        value={draft.tags}
        onChange={(tags) => onChange({ tags })}
        error={errorAt(errors, 'tags')}
        clearable
      />
      <TagsInput
        label="Teams"
        description="Whose agent it is. Enter adds one."
        value={draft.teams}
        onChange={(teams) => onChange({ teams })}
        error={errorAt(errors, 'teams')}
        clearable
      />
      <NumberInput
        label="Steps at once"
        description="Empty: the agent decides, four per CPU."
        value={draft.maxParallel ?? ''}
        onChange={(value) => onChange({ maxParallel: value === '' ? null : Number(value) })}
        min={1}
        max={1000}
        allowDecimal={false}
        error={errorAt(errors, 'maxParallel')}
      />
    </SimpleGrid>
  );
}
