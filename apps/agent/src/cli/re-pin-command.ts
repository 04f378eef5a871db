/** `longshore-agent re-pin`: has this agent pinned again after its pin was forgotten on the server. */
import { findMonitor, readAgentConfiguration } from '@longshore/agent-runtime';
import { readApiKey } from '../enrolment/install-order';
import { rePin } from '../enrolment/re-pin';
import { writeApiKey } from '../trust/agent-secrets';
import { AgentStillRunningError } from './agent-still-running-error';
import type { Answer } from './answer';
import { type HomeChoice, chooseHome } from './choose-home';

export interface RePinOptions extends HomeChoice {
  readonly apiKeyFile?: string;
  readonly newKey?: boolean;
}

export async function rePinCommand({ apiKeyFile, newKey, ...choice }: RePinOptions): Promise<Answer> {
  const home = chooseHome(choice);
  const { id } = readAgentConfiguration(home.configuration);
  const monitor = findMonitor(home.monitorLock);
  if (monitor !== null) throw new AgentStillRunningError(id, monitor.pid, 'stop it first');
  const apiKey = await readApiKey(apiKeyFile, async () => null, process.env);
  if (apiKey !== null) writeApiKey(home, apiKey);
  const { answer, fingerprint } = await rePin(home, { newKey: newKey === true });
  const { state } = answer;
  return {
    text: `${id} is pinned again, by the key ${fingerprint}\nStart it with: longshore-agent run --home ${home.root}`,
    json: { id, home: home.root, fingerprint, state },
  };
}
