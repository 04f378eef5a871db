/**
 * How does one of our messages look to a JMS client? Its properties stand in the AMQP properties that correspond to
 * them and, under their JMS names, in the headers (docs/protocol.md, JMS wire).
 *
 * They are for people and tools: no decision of ours is taken from anything but the signed envelope. The exceptions
 * are `messageId`, which matches a returned message, and `userId`, which the broker itself vouches for.
 */
import type { Options } from 'amqplib';
import type { Message } from '@longshore/protocol';
import { brokerTimeouts } from '../broker-timeouts';

export interface JmsSending {
  readonly user: string;
  /** Where an answer to this message would go: a queue, or exchange and key as `exchange/key`. */
  readonly replyTo: string;
}

export type JmsProperties = Options.Publish & { readonly messageId: string };

export function jmsPropertiesOf(message: Message, { user, replyTo }: JmsSending): JmsProperties {
  const persistent = message.seq !== undefined;
  const timestampMs = Date.parse(message.at);
  const ttlMs = persistent ? 0 : brokerTimeouts.transientTtlMs;
  const correlationId = message.inReplyTo;
  return {
    messageId: message.id,
    userId: user,
    type: message.type,
    replyTo,
    contentType: 'application/jose',
    priority: 4,
    timestamp: Math.floor(timestampMs / 1_000),
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(persistent ? {} : { expiration: ttlMs }),
    headers: {
      JMSMessageID: `ID:${message.id}`,
      ...(correlationId === undefined ? {} : { JMSCorrelationID: `ID:${correlationId}` }),
      JMSReplyTo: replyTo,
      JMSType: message.type,
      JMSDeliveryMode: persistent ? 2 : 1,
      // JMS counts it from the epoch; 0 means never.
      JMSExpiration: persistent ? 0 : timestampMs + ttlMs,
      JMSPriority: 4,
      JMSTimestamp: timestampMs,
    },
  };
}
