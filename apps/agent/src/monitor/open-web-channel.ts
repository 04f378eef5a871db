/** The web wire of this agent: Socket.IO for words, HTTPS for the rest, both pinned. */
import { WebAgentChannel } from '@longshore/web-wire';
import type { ChannelParts, OpenedChannel } from './opened-channel';

export async function openWebChannel({ configuration, gateway, log }: ChannelParts): Promise<OpenedChannel> {
  const { connection, client } = await gateway();
  const channel = new WebAgentChannel({
    agentId: configuration.id,
    serverId: configuration.serverId,
    client,
    connection,
    onRefused: ({ code, message }) => log.write('warn', 'a message was refused', { code, message }),
  });
  return { channel };
}
