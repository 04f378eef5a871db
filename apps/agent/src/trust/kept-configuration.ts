/**
 * What stands in `conf/agent.json` now? Whoever changes it changes the file first, so that a crash leaves what was
 * believed; whoever reads it reads it here at use, because pins, addresses and access move while the agent runs.
 */
import { type AgentConfigurationFile, readAgentConfiguration, writeAgentConfiguration } from '@longshore/agent-runtime';

export class KeptConfiguration {
  private kept: AgentConfigurationFile;

  constructor(private readonly path: string) {
    this.kept = readAgentConfiguration(path);
  }

  get current(): AgentConfigurationFile {
    return this.kept;
  }

  change(changes: Partial<Omit<AgentConfigurationFile, 'homeVersion' | 'id' | 'type' | 'serverId'>>): void {
    const changed = { ...this.kept, ...changes };
    writeAgentConfiguration(this.path, changed);
    this.kept = changed;
  }
}
