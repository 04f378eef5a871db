/** Installs one web and one JMS agent the way an operator would (install token, command line) and keeps them running. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentType } from '@longshore/protocol';
import type { LongshoreClient } from '@longshore/rest-client';
import type { Agent } from '@longshore/rest-contract';
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
  readonly name: string;
  readonly home: string;
  readonly process: SupervisedProcess;
}

const onlineWithinMs = 60_000;

export async function startAgent(plan: AgentPlan): Promise<RunningAgent> {
  const name = `${plan.type}-1`;
  const home = join(plan.layout.agents, name);
  if (!existsSync(join(home, 'conf', 'agent.json'))) await install(plan, name, home);
  const process = new SupervisedProcess({
    name: `agent ${name}`,
    script: programOf('agent'),
    args: ['run', '--home', home],
    env: agentEnvironment(),
    logFile: join(plan.layout.log, `${name}.log`),
    whenDone: 'leave',
    say: plan.say,
  });
  process.start();
  return { name, home, process };
}

/** The token goes by the environment, so that it stands in no process list. */
async function install({ type, client }: AgentPlan, name: string, home: string): Promise<void> {
  const { token } = await client.createInstallToken({ type, uses: 1, expiresInMinutes: 10, tags: ['first-light'] });
  const args = [programOf('agent'), 'install', '--type', type, '--name', name, '--home', home, '--yes'];
  await runToEnd(args, { ...agentEnvironment(), LONGSHORE_INSTALL_TOKEN: token });
}

function runToEnd(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let problem = '';
    child.stderr.on('data', (piece: Buffer) => (problem = (problem + piece.toString()).slice(-2000)));
    child.once('error', reject);
    child.once('close', (code) => {
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

/** Waits until the server sees these agents online on both legs. */
export async function untilOnline(client: LongshoreClient, names: readonly string[]): Promise<Agent[]> {
  const deadline = performance.now() + onlineWithinMs;
  for (;;) {
    const { agents } = await client.agents();
    const ours = agents.filter(({ name }) => names.includes(name));
    const waiting = ours.filter(({ connection }) => connection !== 'online');
    if (ours.length === names.length && waiting.length === 0) return ours;
    if (performance.now() > deadline) {
      const why = waiting.map(
        ({ name, connection, reason }) => `${name} is ${connection} (${reason ?? 'no reason known'})`,
      );
      throw new PartFailedError('agents', `not online after ${onlineWithinMs / 1000} s: ${why.join('; ')}`);
    }
    await sleep(100);
  }
}
