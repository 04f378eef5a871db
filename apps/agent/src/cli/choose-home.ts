/**
 * Which agent is meant? The one in `--home`, the one called `--name` in the default place, or the only one there is.
 * Several agents on one host are normal, so a guess is never made between them.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InputInvalidError, LongshoreError, agentIdSchema } from '@longshore/protocol';
import { type AgentHome, agentHome, defaultHomesFolder } from '@longshore/agent-runtime';

export interface HomeChoice {
  readonly home?: string;
  readonly name?: string;
}

export class AgentMissingError extends LongshoreError {
  constructor(where: string) {
    super('AGENT_MISSING', 'give-up', `no agent is installed in ${where}`);
  }
}

export function chooseHome({ home, name }: HomeChoice, homesFolder = defaultHomesFolder()): AgentHome {
  if (home !== undefined && name !== undefined) throw new InputInvalidError('--home', 'and --name exclude each other');
  if (home !== undefined) return installed(home);
  if (name !== undefined) return installed(join(homesFolder, parseName(name)));
  const names = installedNames(homesFolder);
  const [only, ...others] = names;
  if (only === undefined) throw new AgentMissingError(homesFolder);
  if (others.length > 0) {
    throw new InputInvalidError('--name', `is needed: there are several agents here (${names.join(', ')})`);
  }
  return agentHome(join(homesFolder, only));
}

export function parseName(name: string): string {
  const parsed = agentIdSchema.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new InputInvalidError('--name', parsed.error.issues[0]?.message ?? 'is not valid');
}

function installed(root: string): AgentHome {
  const home = agentHome(root);
  if (!existsSync(home.configuration)) throw new AgentMissingError(home.root);
  return home;
}

function installedNames(homesFolder: string): string[] {
  if (!existsSync(homesFolder)) return [];
  return readdirSync(homesFolder).filter((name) => existsSync(agentHome(join(homesFolder, name)).configuration));
}
