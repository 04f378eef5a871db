/** The JMS wire of this agent: the brokers that the server has signed for, the API key's secret, signed messages. */
import type { JmsAccess } from '@longshore/protocol';
import { JmsAgentChannel } from '@longshore/jms-wire';
import { parseApiKey, verifyBrokerStatement } from '@longshore/pinning';
import { signerOf } from '../trust/agent-secrets';
import type { ChannelParts, OpenedChannel } from './opened-channel';

export async function openJmsChannel(parts: ChannelParts, jms: JmsAccess): Promise<OpenedChannel> {
  const { configuration, secrets, trust, log } = parts;
  const { brokers } = await verifyBrokerStatement(jms.brokers, configuration.server.current);
  const { user, vhost, queue } = jms;
  const channel = new JmsAgentChannel({
    agentId: configuration.id,
    serverId: configuration.serverId,
    signer: signerOf(secrets),
    serverKeys: () => trust.serverKeys,
    brokers,
    access: { user, password: parseApiKey(secrets.apiKey).secret, vhost, queue },
    onRefused: ({ code, message }) => log.write('warn', 'a message was refused', { code, message }),
  });
  return { channel, useBrokers: (list) => channel.useBrokers(list) };
}
