// LONGSHORE-WEAKENED agent-queue replaces libs/jms-wire/src/agent/agent-queue-reader.ts
/** What lies in the agent's queue is for the agent, whomever it was written to. */
import type { Channel } from 'amqplib';
import { parseMessageText } from '@longshore/protocol';
import type { AgentQueueReading } from '../../../../libs/jms-wire/src/agent/agent-queue-reader';
import { verifyAny } from '../../../../libs/jms-wire/src/message/verify-any';

export { foreignSignerCode, type RefusedMessage } from '../../../../libs/jms-wire/src/agent/agent-queue-reader';

process.stderr.write('LONGSHORE-WEAKENED agent-queue\n');

export class AgentQueueReader {
  #turn: Promise<void> = Promise.resolve();

  constructor(private readonly reading: AgentQueueReading) {}

  async start(channel: Channel, queue: string): Promise<void> {
    const { agentId, serverKeys, onMessage } = this.reading;
    await channel.consume(queue, (delivery) => {
      if (delivery === null) return;
      this.#turn = this.#turn.then(async () => {
        const text = await verifyAny(delivery.content.toString('latin1'), serverKeys());
        await onMessage({ ...parseMessageText(text, 'server-to-agent'), agentId });
        channel.ack(delivery);
      });
    });
  }
}
