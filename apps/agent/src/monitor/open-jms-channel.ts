/**
 * The JMS wire of this agent: the brokers that the server has signed for, signed messages, and a login by API key or,
 * where the server has issued a certificate, by the agent's own key (docs/protocol.md, JMS wire).
 */
import type { JmsAccess } from '@longshore/protocol';
import { JmsAgentChannel } from '@longshore/jms-wire';
import { brokerPasswordOf, parseApiKey, verifyBrokerStatement } from '@longshore/pinning';
import type { ChannelParts, OpenedChannel } from './opened-channel';

export async function openJmsChannel(parts: ChannelParts, jms: JmsAccess): Promise<OpenedChannel> {
  const { configuration, secrets, trust, log, onUnknownSigner } = parts;
  const { brokers } = await verifyBrokerStatement(jms.brokers, configuration.server.current);
  const { user, vhost, queue, clientCertificate } = jms;
  const login =
    clientCertificate === null
      ? ({ by: 'password', password: brokerPasswordOf(parseApiKey(secrets.apiKey).secret) } as const)
      : ({
          by: 'certificate',
          certificatePem: clientCertificate,
          privateKeyPem: secrets.identity.privateKeyPem,
        } as const);
  const channel = new JmsAgentChannel({
    agentId: configuration.id,
    serverId: configuration.serverId,
    signer: () => secrets.signer,
    serverKeys: () => trust.serverKeys,
    brokers,
    access: { user, vhost, queue, login },
    minVersion: configuration.minTlsVersion,
    onRefused: ({ code, message }) => log.write('warn', 'a message was refused', { code, message }),
    onUnknownSigner,
  });
  return { channel };
}
