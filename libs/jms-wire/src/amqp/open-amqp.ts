/// <reference path="./amqplib-internals.d.ts" />
/**
 * How does AMQP begin on a socket whose key has already been checked?
 *
 * amqplib's own `connect` dials by itself and writes the AMQP header in the moment TLS is up, before anyone could
 * look at the peer's key, and it takes no ready socket. So its `Connection` and `ChannelModel` are taken by path
 * (the package does not export them) and get our pinned socket. The version is pinned; the contract suite, which
 * counts the bytes that reach a peer with another key, fails if this ever stops working.
 */
import type { TLSSocket } from 'node:tls';
import { type ChannelModel, credentials } from 'amqplib';
import { limits } from '@longshore/protocol';
import { ChannelModel as AmqpModel } from '../../../../node_modules/amqplib/lib/channel_model.js';
import { Connection } from '../../../../node_modules/amqplib/lib/connection.js';
import { brokerTimeouts } from '../broker-timeouts';
import { BrokerAccessRefusedError, BrokerUnreachableError } from '../jms-errors';
import { boundContent } from './bound-content';

/** How a user shows who it is: by a secret, or by the key of its TLS connection (docs/protocol.md, JMS wire). */
export type BrokerLogin =
  | { readonly by: 'password'; readonly password: string }
  | { readonly by: 'certificate'; readonly certificatePem: string; readonly privateKeyPem: string };

export interface BrokerCredential {
  readonly user: string;
  readonly vhost: string;
  readonly login: BrokerLogin;
}

/** What we offer and, without a word about it, the most that we take. */
const frameBytes = 131_072;

/** Destroys the socket when the handshake fails. */
export async function openAmqp(socket: TLSSocket, peer: string, credential: BrokerCredential): Promise<ChannelModel> {
  socket.setNoDelay(true);
  const connection = new Connection(socket);
  const model = new AmqpModel(connection);
  // Faults are told by 'close' as well; an emitter without this listener would throw.
  model.on('error', () => undefined);
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error('the handshake takes too long')), brokerTimeouts.handshakeMs);
      connection.open(openingFields(credential), (error) => (error === null ? resolve() : reject(error)));
    });
  } catch (cause) {
    socket.on('error', () => undefined).destroy();
    throw handshakeProblem(peer, cause);
  } finally {
    clearTimeout(timer);
  }
  boundContent(connection, limits.messageBytes);
  return model;
}

function openingFields({ user, login, vhost }: BrokerCredential): Record<string, unknown> {
  const sasl = login.by === 'password' ? credentials.plain(user, login.password) : credentials.external();
  return {
    clientProperties: {
      product: 'longshore',
      capabilities: {
        publisher_confirms: true,
        'basic.nack': true,
        consumer_cancel_notify: true,
        'connection.blocked': true,
        // Without it the broker closes the line on a wrong password instead of saying so.
        authentication_failure_close: true,
      },
    },
    mechanism: sasl.mechanism,
    response: sasl.response(),
    locale: 'en_US',
    channelMax: 0,
    frameMax: frameBytes,
    maxFrameSize: frameBytes,
    heartbeat: brokerTimeouts.heartbeatMs / 1_000,
    virtualHost: vhost,
    capabilities: '',
    insist: 0,
  };
}

/**
 * 403: user, password or the name in the certificate; 530: no such virtual host or no permission for it. A broker that
 * does not offer our mechanism, or does not know the authority of our certificate, refuses us as well.
 */
const refusal = /\b(403|530)\b|ACCESS_REFUSED|NOT_ALLOWED|SASL mechanism|SSL alert/;

function handshakeProblem(peer: string, cause: unknown): BrokerAccessRefusedError | BrokerUnreachableError {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (refusal.test(message)) return new BrokerAccessRefusedError(peer, { cause });
  return new BrokerUnreachableError(`${peer}: ${message}`, { cause });
}
