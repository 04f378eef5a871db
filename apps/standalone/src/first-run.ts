/** Runs a small real process on the installation's agents, with its log lines printed as they come. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type AgentId, type AttemptId, type LogStream, logStreams } from '@longshore/protocol';
import type { LongshoreClient } from '@longshore/rest-client';
import type { Run } from '@longshore/rest-contract';
import type { Progress } from './progress';

const processName = 'First light';

/** Three steps, the last of which waits for the other two on every agent. */
const firstLight = {
  name: processName,
  description: 'Shows that work really runs: host facts, a few timed lines, and a summary once all agents are done.',
  steps: [
    {
      name: 'host',
      inputs: { script: 'echo "host $(uname -n), $(uname -s) $(uname -r)"; echo "user $(id -un), folder $(pwd)"' },
    },
    { name: 'count', inputs: { script: 'for i in 1 2 3; do echo "line $i at $(date +%T)"; sleep 0.3; done' } },
    { name: 'summary', needs: ['host', 'count'], inputs: { script: 'echo "host and count are done on every agent"' } },
  ],
};

export async function performFirstRun(
  client: LongshoreClient,
  agents: readonly AgentId[],
  progress: Progress,
): Promise<Run> {
  await saveOnce(client);
  const started = await client.startRun({ process: processName, agents: { ids: [...agents] } });
  const ended = untilEnded(client, started);
  await Promise.all(started.items.flatMap((item) => logStreams.map((stream) => printLog(item.id, stream))));
  return ended;

  async function printLog(itemId: string, stream: LogStream): Promise<void> {
    const attemptId = await untilAttempt(client, started.id, itemId);
    if (attemptId === null) return;
    const item = started.items.find(({ id }) => id === itemId);
    let rest = '';
    for await (const { bytes } of client.followLog({ attemptId, stream })) {
      const lines = (rest + Buffer.from(bytes).toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) progress.log(`${item?.agentId} / ${item?.step} | ${line}`);
    }
  }
}

async function saveOnce(client: LongshoreClient): Promise<void> {
  const { processes } = await client.processes();
  if (!processes.some(({ name }) => name === processName)) await client.saveProcess(firstLight);
}

async function untilEnded(client: LongshoreClient, { id }: Run): Promise<Run> {
  for (;;) {
    const run = await client.run(id);
    if (run.state !== 'running') return run;
    await sleep(100);
  }
}

/** Null when the item was skipped and so never had an attempt. */
async function untilAttempt(client: LongshoreClient, runId: Run['id'], itemId: string): Promise<AttemptId | null> {
  for (;;) {
    const run = await client.run(runId);
    const item = run.items.find(({ id }) => id === itemId);
    const attempt = item?.attempts.at(-1);
    if (attempt !== undefined) return attempt.id;
    if (item?.state === 'skipped' || run.state !== 'running') return null;
    await sleep(50);
  }
}
