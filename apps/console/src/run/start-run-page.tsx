/** Which process, on which agents? */
import { Alert, Button, Card, Group, Input, MultiSelect, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { IconPlayerPlay, IconRoute } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import type { Agent, Process } from '@longshore/rest-contract';
import { tagsOf } from '../fleet/fleet-filter';
import { errorAt, errorsOf } from '../frame/field-errors';
import { FailureNotice } from '../frame/failure-notice';
import { Loaded } from '../frame/loaded';
import { NothingHere } from '../frame/nothing-here';
import { PageHeader } from '../frame/page-header';
import { client } from '../link/client';
import { agentsQuery, processesQuery } from '../link/queries';
import { chosenAgents, selectionOf, type AgentChoice } from './agent-choice';
import { ChosenAgents } from './chosen-agents';

export function StartRunPage() {
  const processes = useQuery(processesQuery);
  const fleet = useQuery(agentsQuery());
  return (
    <>
      <PageHeader title="Start a run" trail={[{ to: '/runs', name: 'Runs' }]} />
      <Loaded query={processes} what="the processes">
        {({ processes: list }) =>
          list.length === 0 ? (
            <NothingHere icon={<IconRoute />} title="There is no process to run yet">
              <Button component={Link} to="/processes/new">
                Write the first process
              </Button>
            </NothingHere>
          ) : (
            <Loaded query={fleet} what="the fleet">
              {({ agents }) => <StartRunForm processes={list} agents={agents} />}
            </Loaded>
          )
        }
      </Loaded>
    </>
  );
}

interface StartRunFormProps {
  readonly processes: readonly Process[];
  readonly agents: readonly Agent[];
}

function StartRunForm({ processes, agents }: StartRunFormProps) {
  const [address] = useSearchParams();
  const navigate = useNavigate();
  const names = processes.map(({ name }) => name);
  const [process, setProcess] = useState(address.get('process') ?? (names.length === 1 ? (names[0] ?? null) : null));
  const [choice, setChoice] = useState<AgentChoice>({ by: 'all', values: [] });
  const start = useMutation({
    mutationFn: (name: string) => client.startRun({ process: name, agents: selectionOf(choice) }),
    onSuccess: (run) => navigate(`/runs/${run.id}`),
  });
  const errors = errorsOf(start.error);
  const chosen = chosenAgents(agents, choice);
  const canStart = process !== null && chosen.length > 0;

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (process !== null) start.mutate(process);
  };
  return (
    <Card component="form" onSubmit={submit} maw={720}>
      <Stack>
        <Select
          label="Process"
          placeholder="Choose a process"
          data={names}
          value={process}
          onChange={setProcess}
          searchable
          error={errorAt(errors, 'process')}
        />
        <AgentChoiceFields agents={agents} choice={choice} error={errorAt(errors, 'agents')} onChange={setChoice} />
        <ChosenAgents agents={chosen} />
        {agents.length === 0 && (
          <Alert color="yellow" variant="light">
            There is no agent yet. <Link to="/add-agent">Add one</Link> first.
          </Alert>
        )}
        {start.error !== null && errors.size === 0 && (
          <FailureNotice error={start.error} doing="The run was not started" />
        )}
        <Group>
          <Button
            type="submit"
            disabled={!canStart}
            loading={start.isPending}
            leftSection={<IconPlayerPlay size={16} />}
          >
            Start
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

interface AgentChoiceFieldsProps {
  readonly agents: readonly Agent[];
  readonly choice: AgentChoice;
  readonly error: string | null;
  readonly onChange: (choice: AgentChoice) => void;
}

function AgentChoiceFields({ agents, choice, error, onChange }: AgentChoiceFieldsProps) {
  const kinds: { value: AgentChoice['by']; label: string }[] = [
    { value: 'all', label: 'All agents' },
    { value: 'tags', label: 'By tag' },
    { value: 'ids', label: 'Chosen ones' },
  ];
  return (
    <Stack gap={6}>
      <Input.Label labelElement="div">Agents</Input.Label>
      <SegmentedControl
        aria-label="How agents are chosen"
        data={kinds}
        value={choice.by}
        onChange={(by) => onChange({ by, values: [] })}
        style={{ alignSelf: 'flex-start' }}
      />
      {choice.by !== 'all' && (
        <MultiSelect
          aria-label={choice.by === 'tags' ? 'Tags' : 'Agents'}
          placeholder={choice.by === 'tags' ? 'Agents that carry any of these tags' : 'Choose agents'}
          data={choice.by === 'tags' ? tagsOf(agents) : agents.map(({ id, name }) => ({ value: id, label: name }))}
          value={[...choice.values]}
          onChange={(values) => onChange({ ...choice, values })}
          searchable
          clearable
          nothingFoundMessage="None"
        />
      )}
      {error !== null && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {error}
        </Text>
      )}
    </Stack>
  );
}
