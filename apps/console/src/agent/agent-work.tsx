/** What the agent last told of its work. A report is a memory: it says how old it is by the control leg's age. */
import { Badge, Text } from '@mantine/core';
import type { Agent } from '@longshore/rest-contract';
import { ageText } from '../clock/age-text';
import { TickingAge } from '../clock/ticking-age';
import { FactCard } from '../frame/fact-card';
import { bytesText } from '../log/bytes-text';

export function AgentWork({ agent, asOf }: { readonly agent: Agent; readonly asOf: number }) {
  const { status, control } = agent;
  if (status === null) {
    return (
      <FactCard title="Work" facts={[['Open steps', String(agent.openAttempts)]]}>
        <Text size="sm" c="dimmed" mt="sm">
          This agent has not reported yet.
        </Text>
      </FactCard>
    );
  }
  return (
    <FactCard
      title="Work"
      facts={[
        ['Running', `${status.running} of at most ${status.maxParallel}`],
        ['Waiting', String(status.waiting)],
        ['Open steps', String(agent.openAttempts)],
        ['Worker', <WorkerMark key="worker" worker={status.worker} />],
        ...(status.refusesWork === null ? [] : [['Takes no work', status.refusesWork] as const]),
        ['Free disk', status.diskFreeBytes === null ? 'not told' : bytesText(status.diskFreeBytes)],
        ['Up for', ageText(status.uptimeMs)],
        [
          'Reported',
          control.lastRoundTripAgeMs === null ? (
            'long ago'
          ) : (
            <span key="told">
              <TickingAge ageMs={control.lastRoundTripAgeMs} asOf={asOf} /> ago
            </span>
          ),
        ],
      ]}
    />
  );
}

const workerColors = { running: 'teal', starting: 'yellow', restarting: 'orange', stopped: 'red' } as const;

function WorkerMark({ worker }: { readonly worker: keyof typeof workerColors }) {
  return (
    <Badge variant="light" color={workerColors[worker]} tt="none" radius="sm">
      {worker}
    </Badge>
  );
}
