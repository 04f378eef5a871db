/** What is this machine? Facts for people, and the number of CPUs for the default of steps at a time. */
import { arch, availableParallelism, hostname, platform } from 'node:os';
import type { AgentFacts } from '@longshore/protocol';
import { agentVersion } from './agent-version';

export function agentFacts(): AgentFacts {
  return {
    hostname: hostname(),
    platform: platform(),
    architecture: arch(),
    cpus: availableParallelism(),
    agentVersion,
    nodeVersion: process.versions.node,
  };
}
