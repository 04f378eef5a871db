/**
 * The channel of the session, made anew at each dial out of what the agent holds by then: keys, addresses and access
 * may be others than at the dial before. The session above sees one channel. One that is closed while it is being
 * dialled never becomes open.
 */
import { AgentChannel, type AgentChannelListener, type UnsequencedToServer } from '@longshore/delivery';
import { type EventMessage, type EventsAnswer, LongshoreError } from '@longshore/protocol';

export class ChannelNotDialledError extends LongshoreError {
  constructor() {
    super('CHANNEL_NOT_DIALLED', 'retry', 'there is no channel to the server now');
  }
}

export class RenewedChannel extends AgentChannel {
  private current: AgentChannel | null = null;
  private dial = 0;

  constructor(private readonly make: () => Promise<AgentChannel>) {
    super();
  }

  override async open(listener: AgentChannelListener): Promise<void> {
    const dial = (this.dial += 1);
    const channel = await this.make();
    if (dial !== this.dial) throw new ChannelNotDialledError();
    this.current = channel;
    await channel.open(listener);
    if (dial === this.dial) return;
    await channel.close('superseded');
    throw new ChannelNotDialledError();
  }

  override async send(message: UnsequencedToServer): Promise<void> {
    await this.dialled().send(message);
  }

  override async submit(messages: readonly EventMessage[]): Promise<EventsAnswer | null> {
    return this.dialled().submit(messages);
  }

  override async receiveCommands(from: { readonly after: number; readonly epoch: number }): Promise<void> {
    await this.dialled().receiveCommands(from);
  }

  override async close(reason: string): Promise<void> {
    this.dial += 1;
    await this.current?.close(reason);
  }

  private dialled(): AgentChannel {
    if (this.current === null) throw new ChannelNotDialledError();
    return this.current;
  }
}
