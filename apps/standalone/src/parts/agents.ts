/**
 * Installs one web and one JMS agent the way an operator would (install token, command line) and keeps them running.
 *
 * An installation that was killed half way may have made the agent known to the server and not have written its home:
 * that agent never came online and is removed again before the next try.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { rememberProcess } from '@longshore/embedded';
import { type AgentId, agentIdSchema, type AgentType, parseWith } from '@longshore/protocol';
import type { LongshoreClient } from '@longshore/rest-client';
import { z } from 'zod';
import { type Layout, programOf } from '../layout';
import { PartFailedError } from '../standalone-errors';
import { SupervisedProcess } from '../supervised-process';

export interface AgentPlan {
  readonly type: AgentType;
  readonly layout: Layout;
  readonly client: LongshoreClient;
  readonly say: (text: string) => void;
}

export interface RunningAgent {
  readonly id: AgentId;
  readonly type: AgentType;
  readonly home: string;
  readonly process: SupervisedProcess;
}

/** For the first start, when everything has to come up. */
const firstOnlineWithinMs = 60_000;
/** For a later one: an agent may have been taken out on purpose meanwhile, and says so itself. */
const onlineWithinMs = 20_000;
const tag = 'first-light';
const configurationSchema = z.object({ id: agentIdSchema });

export async function startAgent(plan: AgentPlan): Promise<RunningAgent> {
  const name = `${plan.type}-1`;
  const home = homeOf(plan.layout, plan.type);
  if (!isInstalled(plan.layout, plan.type)) await install(plan, name, home);
  const process = new SupervisedProcess({
    name: `agent ${name}`,
    script: programOf('agent'),
    args: ['run', '--home', home],
    env: agentEnvironment(),
    logFile: join(plan.layout.log, `${name}.log`),
    recordFile: join(plan.layout.running, `${name}.json`),
    whenDone: 'leave',
    say: plan.say,
  });
  process.start();
  return { id: idOf(home), type: plan.type, home, process };
}

export function isInstalled(layout: Layout, type: AgentType): boolean {
  return existsSync(configurationOf(homeOf(layout, type)));
}

function homeOf({ agents }: Layout, type: AgentType): string {
  return join(agents, `${type}-1`);
}

/** What an installation writes last. */
function configurationOf(home: string): string {
  return join(home, 'conf', 'agent.json');
}

/** The server gives another id where the wished one is taken. */
function idOf(home: string): AgentId {
  const file = configurationOf(home);
  return parseWith(configurationSchema, JSON.parse(readFileSync(file, 'utf8')), file).id;
}

/** The token goes by the environment, so that it stands in no process list. */
async function install({ type, layout, client }: AgentPlan, name: string, home: string): Promise<void> {
  await removeHalfInstalled(client, name);
  const { token } = await client.createInstallToken({ type, uses: 1, expiresInMinutes: 10, tags: [tag] });
  const args = [programOf('agent'), 'install', '--type', type, '--name', name, '--home', home, '--yes'];
  const record = join(layout.running, `${name}-install.json`);
  await runToEnd(args, { ...agentEnvironment(), LONGSHORE_INSTALL_TOKEN: token }, record);
}

async function removeHalfInstalled(client: LongshoreClient, wishedName: string): Promise<void> {
  const { agents } = await client.agents({ tag, search: wishedName });
  const neverSeen = agents.filter(
    ({ name, control, http }) =>
      name === wishedName && control.lastRoundTripAgeMs === null && http.lastRoundTripAgeMs === null,
  );
  for (const { id } of neverSeen) await client.removeAgent(id);
}

function runToEnd(args: readonly string[], env: NodeJS.ProcessEnv, recordFile: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    if (child.pid !== undefined) rememberProcess(recordFile, child.pid);
    let problem = '';
    child.stderr.on('data', (piece: Buffer) => (problem = (problem + piece.toString()).slice(-2000)));
    child.once('error', reject);
    child.once('close', (code) => {
      rmSync(recordFile, { force: true });
      if (code === 0) resolve();
      else reject(new PartFailedError('agent', `could not be installed: ${problem.trim()}`));
    });
  });
}

/** What a service manager would give: nothing of the launcher's own. */
function agentEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, USER, LOGNAME, LANG, TZ, TMPDIR } = process.env;
  const given = { PATH, HOME, USER, LOGNAME, LANG, TZ, TMPDIR };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/**
 * Waits until the server sees these agents online on both legs, and answers with those that are. At the first start all
 * of them have to be; later, whoever is not is named with the reason.
 */
export async function untilOnline(
  client: LongshoreClient,
  ids: readonly AgentId[],
  { isFirstStart, warn }: { readonly isFirstStart: boolean; readonly warn: (text: string) => void },
): Promise<AgentId[]> {
  const withinMs = isFirstStart ? firstOnlineWithinMs : onlineWithinMs;
  const deadline = performance.now() + withinMs;
  for (;;) {
    const { agents } = await client.agents();
    const ours = agents.filter(({ id }) => ids.includes(id));
    const waiting = ours.filter(({ connection }) => connection !== 'online');
    const online = ours.filter(({ connection }) => connection === 'online').map(({ id }) => id);
    if (online.length === ids.length) return online;
    if (performance.now() > deadline) {
      const why = waiting.map(
        ({ name, connection, reason }) => `${name} is ${connection} (${reason ?? 'no reason known'})`,
      );
      const missing = ids.filter((id) => !ours.some((agent) => agent.id === id)).map((id) => `${id} was removed`);
      const problem = `not online after ${withinMs / 1000} s: ${[...why, ...missing].join('; ')}`;
      if (isFirstStart) throw new PartFailedError('agents', problem);
      warn(problem);
      return online;
    }
    await sleep(100);
  }
}
