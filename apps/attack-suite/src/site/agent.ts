/** A real agent: installed by its command line with a token, run by its monitor, stopped by its pid. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentHome } from '@longshore/agent-runtime';
import type { AgentType } from '@longshore/protocol';
import { Child } from './child';
import { programsWith, type Weakening } from './programs';
import { anInstallToken } from '../attacker/enrolled-agent';
import { asOperator, type SiteFacts } from './site';
import { until } from './until';

export interface AgentPlan {
  readonly site: SiteFacts;
  readonly type: AgentType;
  readonly weakening: Weakening | null;
  /** The installation is ended when this settles, or else after half a minute. */
  readonly giveUpWith?: Promise<unknown>;
}

export interface Installing {
  readonly home: string;
  readonly code: number | null;
  readonly output: string;
}

const programOf = async (weakening: Weakening | null): Promise<string> =>
  join(await programsWith(weakening, 'agent'), 'agent/main.js');

/** The exit code tells whether it came to be; it is not 0 where the server was not the one of the token. */
export async function install({ site, type, weakening, giveUpWith }: AgentPlan): Promise<Installing> {
  const name = `${type}-${randomUUID().slice(0, 8)}`;
  const homes = join(site.folder, 'homes');
  mkdirSync(homes, { recursive: true, mode: 0o700 });
  const home = join(homes, name);
  const args = [await programOf(weakening), 'install', '--type', type, '--name', name, '--home', home, '--yes'];
  const child = new Child(args, { LONGSHORE_INSTALL_TOKEN: await anInstallToken(site, { type }) });
  const giveUp = setTimeout(() => void child.stop(), 30_000);
  void giveUpWith?.then(() => child.stop());
  const code = await child.ended;
  clearTimeout(giveUp);
  return { home, code, output: child.output };
}

export class Agent {
  private readonly monitor: Child;

  private constructor(
    readonly id: string,
    readonly home: string,
    private readonly plan: AgentPlan,
    program: string,
  ) {
    this.monitor = new Child([program, 'run', '--home', home]);
  }

  static async start(plan: AgentPlan): Promise<Agent> {
    const { home, code, output } = await install(plan);
    if (code !== 0) throw new Error(`the agent was not installed (${code}): ${output}`);
    const { id } = JSON.parse(readFileSync(join(home, 'conf/agent.json'), 'utf8')) as { id: string };
    const agent = new Agent(id, home, plan, await programOf(plan.weakening));
    try {
      await agent.untilOnline();
      return agent;
    } catch (cause) {
      await agent.stop();
      throw new Error(`the agent did not come online:\n${agent.output.slice(-3_000)}`, { cause });
    }
  }

  get apiKey(): string {
    return readFileSync(agentHome(this.home).apiKey, 'utf8').trim();
  }

  get output(): string {
    return this.monitor.output;
  }

  async untilOnline(withinMs = 30_000): Promise<void> {
    await until(`${this.id} online`, withinMs, async () => {
      const { text } = await asOperator(this.plan.site, `/api/v1/agents/${this.id}`);
      return (JSON.parse(text) as { connection: string }).connection === 'online';
    });
  }

  async stop(): Promise<void> {
    await this.monitor.stop();
  }
}
