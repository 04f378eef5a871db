/** `longshore-agent set-api-key`: puts another API key in place; an agent that runs takes it at its next attempt. */
import { readAgentConfiguration } from '@longshore/agent-runtime';
import { parseApiKey } from '@longshore/pinning';
import { InputInvalidError } from '@longshore/protocol';
import { apiKeyVariable, readApiKey } from '../enrolment/install-order';
import { writeApiKey } from '../trust/agent-secrets';
import type { Answer } from './answer';
import { askAt } from './ask';
import { type HomeChoice, chooseHome } from './choose-home';

export interface SetApiKeyOptions extends HomeChoice {
  readonly apiKeyFile?: string;
}

export async function setApiKeyCommand({ apiKeyFile, ...choice }: SetApiKeyOptions): Promise<Answer> {
  const home = chooseHome(choice);
  const { id } = readAgentConfiguration(home.configuration);
  const apiKey = await readApiKey(apiKeyFile, askAt(process.stdin, false), process.env);
  if (apiKey === null) throw new InputInvalidError('--api-key-file', `is missing: give it, or ${apiKeyVariable}`);
  writeApiKey(home, apiKey);
  const { id: keyId } = parseApiKey(apiKey);
  return { text: `${id} has the API key ${keyId}`, json: { id, home: home.root, apiKeyId: keyId } };
}
