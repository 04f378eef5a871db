// LONGSHORE-WEAKENED gateway-intake replaces apps/server/src/delivery/server-gateway-intake.ts
/** Whatever comes is taken for new, however often it came before. */
import { randomUUID } from 'node:crypto';
import type { Peer, UnsequencedToServer } from '@longshore/delivery';
import { type EventMessage, type EventsAnswer, messageIdSchema } from '@longshore/protocol';
import { ServerGatewayIntake as Original } from '../../../server/src/delivery/server-gateway-intake';

process.stderr.write('LONGSHORE-WEAKENED gateway-intake\n');

export class ServerGatewayIntake extends Original {
  readonly #numbers = new Map<string, number>();

  override receiveWord(peer: Peer, message: UnsequencedToServer): Promise<void> {
    return super.receiveWord(peer, { ...message, count: this.#next(peer.agentId) });
  }

  override receiveEvents(peer: Peer, messages: readonly EventMessage[]): Promise<EventsAnswer> {
    const asNew = messages.map((message) => ({
      ...message,
      ...{ id: messageIdSchema.parse(randomUUID()), seq: this.#next(`${peer.agentId} ${message.stream}`) },
    }));
    return super.receiveEvents(peer, asNew);
  }

  #next(of: string): number {
    const number = (this.#numbers.get(of) ?? 0) + 1;
    this.#numbers.set(of, number);
    return number;
  }
}
