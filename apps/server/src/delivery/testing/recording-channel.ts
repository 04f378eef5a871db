/** A wire that leads nowhere: keeps what the server says, for specs to read. */
import { ServerChannel, type UnsequencedToAgent } from '@longshore/delivery';
import type { AgentId, AgentType, CommandMessage, Message } from '@longshore/protocol';

export class RecordingChannel extends ServerChannel {
  readonly words: { agentId: AgentId; message: UnsequencedToAgent }[] = [];
  readonly delivered: { agentId: AgentId; command: CommandMessage }[] = [];
  /** Set: handing over fails, as with a broker that is away. */
  broken = false;

  constructor(readonly wire: AgentType) {
    super();
  }

  override async send(agentId: AgentId, message: UnsequencedToAgent): Promise<void> {
    this.words.push({ agentId, message });
  }

  override async deliver(agentId: AgentId, commands: readonly CommandMessage[]): Promise<void> {
    if (this.broken) throw new Error('the broker is away');
    this.delivered.push(...commands.map((command) => ({ agentId, command })));
  }

  override async disconnect(): Promise<void> {}

  lastWord<Type extends UnsequencedToAgent['type']>(agentId: AgentId, type: Type): Message<Type> | undefined {
    return this.words.findLast((word) => word.agentId === agentId && word.message.type === type)?.message as
      Message<Type> | undefined;
  }
}
