/** What an install token permits: for how many agents, how long, and what those agents get with it. */
import { NumberInput, Select, SimpleGrid, Stack, Switch, TagsInput } from '@mantine/core';
import type { AgentId, AgentType } from '@longshore/protocol';
import { errorAt, type FieldErrors } from '../frame/field-errors';

export interface InstallTokenDraft {
  readonly type: AgentType | null;
  readonly uses: number;
  readonly expiresInMinutes: number;
  readonly tags: string[];
  readonly teams: string[];
  readonly autoApprove: boolean;
  readonly agentId: AgentId | null;
}

export const newInstallToken: InstallTokenDraft = {
  type: 'web',
  uses: 1,
  expiresInMinutes: 60,
  tags: [],
  teams: [],
  autoApprove: true,
  agentId: null,
};

const lifetimes = [
  { value: '60', label: '1 hour' },
  { value: '1440', label: '1 day' },
  { value: '10080', label: '1 week' },
  { value: '525600', label: '1 year' },
];

export interface InstallTokenFieldsProps {
  readonly draft: InstallTokenDraft;
  readonly errors: FieldErrors;
  readonly onChange: (change: Partial<InstallTokenDraft>) => void;
}

/** A token that is bound to an agent serves that agent once, which keeps its tags and its approval. */
export function InstallTokenFields({ draft, errors, onChange }: InstallTokenFieldsProps) {
  const isBound = draft.agentId !== null;
  return (
    <Stack gap="sm">
      <SimpleGrid cols={2}>
        <NumberInput
          label="Agents"
          description="How many may use it"
          min={1}
          allowDecimal={false}
          disabled={isBound}
          value={draft.uses}
          onChange={(uses) => onChange({ uses: Number(uses) })}
          error={errorAt(errors, 'uses')}
        />
        <Select
          label="Valid for"
          description="Afterwards it is refused"
          data={lifetimes}
          value={String(draft.expiresInMinutes)}
          onChange={(value) => onChange({ expiresInMinutes: Number(value) })}
          allowDeselect={false}
          error={errorAt(errors, 'expiresInMinutes')}
        />
      </SimpleGrid>
      {!isBound && <JoiningFields draft={draft} errors={errors} onChange={onChange} />}
    </Stack>
  );
}

function JoiningFields({ draft, errors, onChange }: InstallTokenFieldsProps) {
  return (
    <>
      <TagsInput
        label="Tags"
        description="Given to the agents that join. Enter adds one."
        value={draft.tags}
        onChange={(tags) => onChange({ tags })}
        error={errorAt(errors, 'tags')}
      />
      <TagsInput
        label="Teams"
        description="Whose agents they are. Enter adds one."
        value={draft.teams}
        onChange={(teams) => onChange({ teams })}
        error={errorAt(errors, 'teams')}
      />
      <Switch
        label="Gets work at once"
        description="Otherwise somebody has to approve each agent first."
        checked={draft.autoApprove}
        onChange={(event) => onChange({ autoApprove: event.currentTarget.checked })}
      />
    </>
  );
}
