/** Does the envelope say what the wire has proved? An agent speaks for itself only, and to this server. */
import type { Peer } from '@longshore/delivery';
import { type AgentToServer, LongshoreError, type ServerId } from '@longshore/protocol';

/** A message in another agent's name, or to another server. */
export class EnvelopeForeignError extends LongshoreError {
  constructor(problem: string) {
    super('WEB_ENVELOPE_FOREIGN', 'give-up', problem);
  }
}

export function checkSender(message: AgentToServer, peer: Peer, serverId: ServerId): void {
  if (message.agentId !== peer.agentId) {
    throw new EnvelopeForeignError(`agent ${peer.agentId} sent a message of agent ${message.agentId}`);
  }
  if (message.serverId !== serverId) throw new EnvelopeForeignError(`a message to server ${message.serverId}`);
}
