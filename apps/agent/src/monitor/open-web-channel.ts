/** The web wire of this agent: Socket.IO for words, HTTPS for the rest, both pinned. */
import { WebAgentChannel } from '@longshore/web-wire';
import { openGateway } from '../trust/gateway-access';
import type { ChannelParts, OpenedChannel } from './opened-channel';

export async function openWebChannel({ configuration, secrets, trust, log }: ChannelParts): Promise<OpenedChannel> {
  const { connection, client } = openGateway(configuration, secrets, trust.isPinned);
  const channel = new WebAgentChannel({
    agentId: configuration.id,
    serverId: configuration.serverId,
    client,
    connection,
    onRefused: ({ code, message }) => log.write('warn', 'a message was refused', { code, message }),
  });
  return { channel, useBrokers: () => undefined };
}
