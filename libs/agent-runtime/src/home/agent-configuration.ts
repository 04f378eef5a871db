/**
 * What does an agent know of itself and of its server? `conf/agent.json`: identifiers, addresses and pins, never a
 * secret (docs/protocol.md, Identity and pins; Enrolment).
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import {
  InputInvalidError,
  LongshoreError,
  agentIdSchema,
  agentTypeSchema,
  fingerprintSchema,
  jmsAccessSchema,
  parseWith,
  serverIdSchema,
} from '@longshore/protocol';
import { isErrno } from './errno';
import { writePrivateFile } from './private-file';

export const homeVersion = 1;

export const agentConfigurationFileSchema = z.object({
  homeVersion: z.literal(homeVersion),
  id: agentIdSchema,
  name: agentIdSchema,
  type: agentTypeSchema,
  serverId: serverIdSchema,
  gateways: z.array(z.url({ protocol: /^https$/ })).min(1),
  server: z.object({
    /** The pin. It moves only along the rotation chain. */
    current: fingerprintSchema,
    /** The commitment to the key after it; null until the chain's head has been read. */
    next: fingerprintSchema.nullable(),
    chainHead: z.string(),
  }),
  jms: jmsAccessSchema.nullable(),
  /** The floor of every connection that this agent dials. */
  minTlsVersion: z.enum(['TLSv1.3', 'TLSv1.2']).default('TLSv1.3'),
  /** Steps at a time that this host allows; the server's word goes before it, and null leaves it to the CPUs. */
  maxParallel: z.int().min(1).nullable(),
});
export type AgentConfigurationFile = z.infer<typeof agentConfigurationFileSchema>;

export class AgentHomeMissingError extends LongshoreError {
  constructor(readonly path: string) {
    super('AGENT_HOME_MISSING', 'stop', `${path} does not exist: no agent is installed there`);
  }
}

/** The message names the first field at fault. */
export class AgentConfigurationInvalidError extends LongshoreError {
  constructor(path: string, problem: string, options: { readonly cause?: unknown } = {}) {
    super('AGENT_CONFIGURATION_INVALID', 'stop', `${path}: ${problem}`, options);
  }
}

export function readAgentConfiguration(path: string): AgentConfigurationFile {
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    if (isErrno(cause, 'ENOENT')) throw new AgentHomeMissingError(path);
    throw new AgentConfigurationInvalidError(path, 'is not readable as JSON', { cause });
  }
  try {
    return parseWith(agentConfigurationFileSchema, raw);
  } catch (cause) {
    if (cause instanceof InputInvalidError) throw new AgentConfigurationInvalidError(path, cause.message, { cause });
    throw cause;
  }
}

export function writeAgentConfiguration(path: string, configuration: AgentConfigurationFile): void {
  writePrivateFile(path, `${JSON.stringify(configuration, null, 2)}\n`);
}
