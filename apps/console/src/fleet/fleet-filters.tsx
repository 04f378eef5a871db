/** Search, type, tag, status and gaps in trust of the fleet list. */
import { CloseButton, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { agentConnectionSchema, type AgentConnection } from '@longshore/rest-contract';
import { agentTypeSchema } from '@longshore/protocol';
import { trustGapNames, trustGapSchema, type TrustGap } from './agent-trust';
import { connectionLooks } from './connection-mark';
import type { FleetFilter } from './fleet-filter';

export interface FleetFiltersProps {
  readonly filter: FleetFilter;
  readonly tags: readonly string[];
  readonly counts: ReadonlyMap<AgentConnection, number>;
  readonly gaps: ReadonlyMap<TrustGap, number>;
  readonly onChange: (change: Partial<FleetFilter>) => void;
}

export function FleetFilters({ filter, tags, counts, gaps, onChange }: FleetFiltersProps) {
  const statuses = agentConnectionSchema.options.filter((status) => counts.has(status) || status === filter.status);
  return (
    <Group gap="xs" mb="sm" role="search">
      <SearchField value={filter.search} onChange={(search) => onChange({ search })} />
      <Select
        aria-label="Type"
        placeholder="Any type"
        data={[
          { value: 'web', label: 'Web agents' },
          { value: 'jms', label: 'JMS agents' },
        ]}
        value={filter.type}
        onChange={(type) => onChange({ type: agentTypeSchema.safeParse(type).data ?? null })}
        clearable
        flex="1 1 130px"
        maw={160}
      />
      <Select
        aria-label="Status"
        placeholder="Any status"
        data={statuses.map((value) => ({
          value,
          label: `${connectionLooks[value].text} (${counts.get(value) ?? 0})`,
        }))}
        value={filter.status}
        onChange={(status) => onChange({ status: agentConnectionSchema.safeParse(status).data ?? null })}
        clearable
        flex="1 1 150px"
        maw={200}
      />
      <Select
        aria-label="Tag"
        placeholder="Any tag"
        data={filter.tag === null || tags.includes(filter.tag) ? [...tags] : [filter.tag, ...tags]}
        value={filter.tag}
        onChange={(tag) => onChange({ tag })}
        clearable
        searchable
        nothingFoundMessage="No agent carries such a tag"
        flex="1 1 130px"
        maw={180}
      />
      {(gaps.size > 0 || filter.trust !== null) && <TrustField chosen={filter.trust} gaps={gaps} onChange={onChange} />}
    </Group>
  );
}

type TrustFieldProps = Pick<FleetFiltersProps, 'gaps' | 'onChange'> & { readonly chosen: TrustGap | null };

/** There only while somebody cannot come in. */
function TrustField({ chosen, gaps, onChange }: TrustFieldProps) {
  const present = trustGapSchema.options.filter((gap) => gaps.has(gap) || gap === chosen);
  return (
    <Select
      aria-label="Trust"
      placeholder="Any trust"
      data={present.map((value) => ({ value, label: `${trustGapNames[value]} (${gaps.get(value) ?? 0})` }))}
      value={chosen}
      onChange={(trust) => onChange({ trust: trustGapSchema.safeParse(trust).data ?? null })}
      clearable
      flex="1 1 130px"
      maw={180}
    />
  );
}

function SearchField({ value, onChange }: { readonly value: string; readonly onChange: (search: string) => void }) {
  const [typed, setTyped] = useState(value);
  const ask = useDebouncedCallback(onChange, 250);
  const type = (text: string): void => {
    setTyped(text);
    ask(text);
  };
  return (
    <TextInput
      aria-label="Search agents"
      placeholder="Name, id or host"
      leftSection={<IconSearch size={16} />}
      rightSection={typed !== '' && <CloseButton size="sm" aria-label="Clear the search" onClick={() => type('')} />}
      value={typed}
      onChange={(event) => type(event.currentTarget.value)}
      flex="2 1 200px"
      maw={340}
    />
  );
}
