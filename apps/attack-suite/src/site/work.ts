/** A step for an agent, as an operator gives it; its end is waited for. */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiPaths, type Run } from '@longshore/rest-contract';
import type { Agent } from './agent';
import { asOperator, type SiteFacts } from './site';
import { until } from './until';

export async function startShell(
  site: SiteFacts,
  agentId: string,
  inputs: { readonly script: string; readonly secure?: Readonly<Record<string, string>> },
): Promise<string> {
  const { script, secure = {} } = inputs;
  const process = `p-${randomUUID().slice(0, 8)}`;
  const steps = [{ name: 's', inputs: { script }, secureInputs: secure }];
  await asOperator(site, apiPaths.processes, { method: 'POST', body: { name: process, steps } });
  const body = { process, agents: { ids: [agentId] } };
  const { text } = await asOperator(site, apiPaths.runs, { method: 'POST', body });
  return (JSON.parse(text) as Run).id;
}

export async function untilEnded(site: SiteFacts, runId: string): Promise<Run> {
  return until('the end of the run', 60_000, async () => {
    const { text } = await asOperator(site, apiPaths.run(runId));
    const run = JSON.parse(text) as Run;
    return run.state === 'running' ? null : run;
  });
}

export interface WaitingStep {
  readonly runId: string;
  /** Its own, as it found it. */
  readonly token: string;
  end(): Promise<void>;
}

/** A step that shows its own token in a private file, and waits. */
export async function startWaitingStep(
  site: SiteFacts,
  { id, home }: Agent,
  secure: Readonly<Record<string, string>> = {},
): Promise<WaitingStep> {
  const place = join(home, 'conf', `step-${randomUUID()}`);
  const [shown, go] = [`${place}-token`, `${place}-go`];
  const script = `umask 077; cp "$LONGSHORE_STEP_TOKEN_FILE" ${shown}.new && mv ${shown}.new ${shown}; until [ -e ${go} ]; do sleep 0.1; done`;
  const runId = await startShell(site, id, { script, secure });
  await until("the step's token", 30_000, () => existsSync(shown));
  return {
    ...{ runId, token: readFileSync(shown, 'utf8').trim() },
    end: async () => {
      writeFileSync(go, '');
      await untilEnded(site, runId);
    },
  };
}
