/**
 * Signs messages side by side and publishes them in the order in which they were given.
 *
 * Signing is done by several threads of Node's pool, so a batch takes about as long as its slowest signature; the
 * order on the wire is nevertheless that of the calls, words and sequenced messages alike.
 */
import type { Message } from '@longshore/protocol';
import { signMessage, type Signer } from '@longshore/pinning';
import type { ConfirmedPublisher, Publication } from '../amqp/confirmed-publisher';
import { jmsPropertiesOf, type JmsSending } from './jms-properties';

export interface Destination {
  readonly exchange: string;
  readonly routingKey: string;
}

export class SigningPublisher {
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly publisher: ConfirmedPublisher,
    /** Asked for each message: a key that is rotated signs from the next one on. */
    private readonly signer: () => Signer,
    private readonly sending: JmsSending,
  ) {}

  /** Resolves with the broker's confirm. Rejects when the message is too large or its fate uncertain. */
  async publish(message: Message, destination: Destination): Promise<void> {
    const { confirmed } = await this.#inTurn(message, destination, (publication) => ({
      confirmed: this.publisher.publish(publication),
    }));
    await confirmed;
  }

  /** Resolves when it was written; nobody knows whether it arrives. */
  async publishTransient(message: Message, destination: Destination): Promise<void> {
    await this.#inTurn(message, destination, (publication) => this.publisher.publishTransient(publication));
  }

  #inTurn<T>(message: Message, destination: Destination, write: (publication: Publication) => T): Promise<T> {
    const signing = signMessage({ text: JSON.stringify(message), signer: this.signer() });
    const properties = jmsPropertiesOf(message, this.sending);
    const turn = this.#turn.then(async () => write({ ...destination, properties, body: Buffer.from(await signing) }));
    this.#turn = turn.catch(() => undefined);
    // Until its turn comes nobody listens to a signature that fails.
    signing.catch(() => undefined);
    return turn;
  }
}
