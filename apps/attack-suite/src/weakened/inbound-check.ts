// LONGSHORE-WEAKENED inbound-check replaces libs/jms-wire/src/server/check-inbound.ts
/** The sender is whoever the message names, whatever the broker says of user and routing key. */
import type { Peer } from '@longshore/delivery';
import { type AgentId, type AgentToServer, parseMessageText } from '@longshore/protocol';
import type { ConsumeMessage } from 'amqplib';
import type { InboundQuestion } from '../../../../libs/jms-wire/src/server/check-inbound';

export * from '../../../../libs/jms-wire/src/server/check-inbound';

process.stderr.write('LONGSHORE-WEAKENED inbound-check\n');

const textOf = ({ content }: ConsumeMessage): string =>
  Buffer.from(content.toString('latin1').split('.')[1] ?? '', 'base64url').toString();

export const brokersWordOn = (delivery: ConsumeMessage): { readonly agentId: AgentId; readonly keyId: string } => ({
  agentId: parseMessageText(textOf(delivery), 'agent-to-server').agentId,
  keyId: '',
});

export function peerBehind(known: Peer, _keyId: string, address: string): Peer {
  return { agentId: known.agentId, fingerprint: known.fingerprint, wire: 'jms', address };
}

export const checkInbound = async ({ delivery }: InboundQuestion): Promise<AgentToServer> =>
  parseMessageText(textOf(delivery), 'agent-to-server');
