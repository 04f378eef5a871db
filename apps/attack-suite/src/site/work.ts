/** A step for an agent, as an operator gives it; its end is waited for. */
import { randomUUID } from 'node:crypto';
import { apiPaths, type Run } from '@longshore/rest-contract';
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
