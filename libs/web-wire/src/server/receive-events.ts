/**
 * Takes a posted batch apart: what is no message, or not the sender's to say, is refused one by one and named in the
 * answer; the rest goes to the store together. A bad message never holds up the good ones beside it.
 */
import type { GatewayIntake, Peer } from '@longshore/delivery';
import {
  type EventMessage,
  type EventsAnswer,
  type EventsRequest,
  InputInvalidError,
  limits,
  LongshoreError,
  MessageTooLargeError,
  parseMessage,
  type ServerId,
} from '@longshore/protocol';
import { checkSender } from './check-sender';

export interface PostedEvents {
  readonly peer: Peer;
  readonly serverId: ServerId;
  readonly request: EventsRequest;
}

export async function receiveEvents(
  { peer, serverId, request }: PostedEvents,
  intake: GatewayIntake,
): Promise<EventsAnswer> {
  const events: EventMessage[] = [];
  const refused: EventsAnswer['refused'] = [];
  for (const raw of request.messages) {
    try {
      events.push(parseEvent(raw, peer, serverId));
    } catch (cause) {
      if (!(cause instanceof LongshoreError)) throw cause;
      intake.refuse(peer, cause);
      refused.push({ id: idOf(raw), code: cause.code, message: cause.message });
    }
  }
  if (events.length === 0) return { acks: [], refused };
  const answer = await intake.receiveEvents(peer, events);
  return { acks: answer.acks, refused: [...refused, ...answer.refused] };
}

function parseEvent(raw: unknown, peer: Peer, serverId: ServerId): EventMessage {
  const bytes = Buffer.byteLength(JSON.stringify(raw));
  if (bytes > limits.messageBytes) throw new MessageTooLargeError(bytes);
  const message = parseMessage(raw, 'agent-to-server');
  checkSender(message, peer, serverId);
  if (message.seq === undefined) throw new InputInvalidError('type', `${message.type} is no event`);
  return message;
}

function idOf(raw: unknown): string {
  return typeof raw === 'object' && raw !== null && 'id' in raw ? String(raw.id).slice(0, 64) : '';
}
