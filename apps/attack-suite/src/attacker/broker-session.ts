/** What somebody with a credential tries at the broker; each try on a channel of its own, for a refusal ends the channel. */
import { type Channel, type ChannelModel, connect, type ConsumeMessage, type Options } from 'amqplib';
import type { Broker } from '../site/broker';

type BrokerFacts = Broker['facts'];

export interface Login {
  readonly user: string;
  readonly password: string;
  readonly vhost?: string;
}

export class BrokerSession {
  readonly ended: Promise<void>;

  private constructor(private readonly model: ChannelModel) {
    model.on('error', () => undefined);
    this.ended = new Promise((settle) => model.once('close', () => settle()));
  }

  static async open(broker: BrokerFacts, { user, password, vhost = broker.vhost }: Login): Promise<BrokerSession> {
    const credential = { username: user, password, vhost };
    const address = { protocol: 'amqps', hostname: '127.0.0.1', port: broker.port, ...credential };
    return new BrokerSession(await connect(address, { rejectUnauthorized: false, timeout: 10_000 }));
  }

  static asAdmin(broker: BrokerFacts): Promise<BrokerSession> {
    return BrokerSession.open(broker, { user: broker.adminUser, password: broker.adminPassword });
  }

  /** True when the broker did it. A publication is known to be taken when the channel still answers after it. */
  async does(what: (channel: Channel) => unknown): Promise<boolean> {
    try {
      const channel = await this.model.createChannel();
      const closed = new Promise<never>((_, reject) =>
        channel.once('error', reject).once('close', () => reject(new Error('closed'))),
      );
      closed.catch(() => undefined);
      await Promise.race([what(channel), closed]);
      await Promise.race([channel.assertExchange('amq.direct', 'direct', {}).catch(() => undefined), closed]);
      await Promise.race([channel.checkExchange('amq.direct'), closed]);
      await channel.close().catch(() => undefined);
      return true;
    } catch {
      return false;
    }
  }

  async publishAll(messages: readonly Publication[]): Promise<void> {
    const channel = await this.model.createConfirmChannel();
    for (const { exchange, key, body, options } of messages) channel.publish(exchange, key, body, options);
    await channel.waitForConfirms();
    await channel.close();
  }

  /** How many messages wait in this queue. */
  async depth(queue: string): Promise<number> {
    const channel = await this.model.createChannel();
    const { messageCount } = await channel.checkQueue(queue);
    await channel.close();
    return messageCount;
  }

  /** Takes what waits in the queue; the thief may put it back. */
  async take(queue: string): Promise<Buffer[]> {
    const channel = await this.model.createChannel();
    const taken: Buffer[] = [];
    for (
      let got = await channel.get(queue, { noAck: true });
      got !== false;
      got = await channel.get(queue, { noAck: true })
    ) {
      taken.push(got.content);
    }
    await channel.close();
    return taken;
  }

  /** A copy of everything that this agent says from now on; the list grows. */
  async overhear(agentId: string): Promise<readonly Publication[]> {
    const channel = await this.model.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, 'jms.in', `from.${agentId}.#`);
    const heard: Publication[] = [];
    const hear = ({ content: body, fields, properties }: ConsumeMessage): void => {
      const { userId = '', messageId = '' } = properties as Options.Publish;
      heard.push({ exchange: 'jms.in', key: fields.routingKey, body, options: { userId, messageId } });
    };
    await channel.consume(queue, (message) => message && hear(message), { noAck: true });
    return heard;
  }

  /** Comes before the agent itself at its queue, until `find` has found something; then all goes to the agent. */
  async snatch<Found>(queue: string, find: (body: Buffer) => Found | null): Promise<Found> {
    const channel = await this.model.createChannel();
    try {
      return await new Promise<Found>((resolve, reject) => {
        const look = (message: ConsumeMessage | null): void => {
          const found = message === null ? null : find(message.content);
          if (found !== null) resolve(found);
        };
        channel.consume(queue, look, { priority: 10 }).catch(reject);
      });
    } finally {
      await channel.close();
    }
  }

  async close(): Promise<void> {
    await this.model.close().catch(() => undefined);
  }
}

export interface Publication {
  readonly exchange: string;
  readonly key: string;
  readonly body: Buffer;
  readonly options: Options.Publish;
}

/** Who has the broker's administrator may make it vouch for any user. */
export async function becomeImpersonator(broker: BrokerFacts): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${broker.adminUser}:${broker.adminPassword}`).toString('base64')}`;
  const answer = await fetch(`${broker.managementUrl}/api/users/${broker.adminUser}`, {
    method: 'PUT',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ password: broker.adminPassword, tags: 'administrator,impersonator' }),
  });
  if (!answer.ok) throw new Error(`the broker did not make its administrator an impersonator: ${answer.status}`);
}
