/** Which command puts an agent on a machine? The same text in the console and the CLI, for people to copy. */
import type { AgentId, AgentType } from '@longshore/protocol';

/**
 * The token names the gateways and the server's fingerprint, so nothing else has to be copied. It goes by the
 * environment: arguments can be read by everybody on the machine. A token that is bound to an agent goes with its name.
 */
export function installCommand(type: AgentType, token: string, agentId: AgentId | null = null): string {
  const name = agentId === null ? '' : ` --name ${agentId}`;
  return `LONGSHORE_INSTALL_TOKEN=${token} longshore-agent install --type ${type}${name}`;
}
