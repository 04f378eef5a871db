import { AgentChannel, type AgentChannelListener } from '@longshore/delivery';
import { RenewedChannel } from './renewed-channel';

class SlowChannel extends AgentChannel {
  readonly opening = Promise.withResolvers<void>();
  readonly did: string[] = [];
  override async open(): Promise<void> {
    this.did.push('open');
    await this.opening.promise;
  }
  override async send(): Promise<void> {
    this.did.push('send');
  }
  override async submit(): Promise<null> {
    return null;
  }
  override async receiveCommands(): Promise<void> {}
  override async close(reason: string): Promise<void> {
    this.did.push(`close ${reason}`);
  }
}

const listener: AgentChannelListener = { onMessage: async () => {}, onClosed: () => {}, onPinRefused: () => {} };

describe('the channel of a session', () => {
  it('is another at each dial', async () => {
    const made: SlowChannel[] = [];
    const channel = new RenewedChannel(async () => {
      const next = new SlowChannel();
      next.opening.resolve();
      made.push(next);
      return next;
    });
    await expect(channel.send({} as never)).rejects.toThrow('no channel');
    await channel.open(listener);
    await channel.send({} as never);
    await channel.close('lost');
    await channel.open(listener);
    await channel.send({} as never);
    expect(made.map(({ did }) => did)).toEqual([
      ['open', 'send', 'close lost'],
      ['open', 'send'],
    ]);
  });

  it('never becomes open when it was closed while it was being dialled', async () => {
    const slow = new SlowChannel();
    const channel = new RenewedChannel(async () => slow);
    const opening = channel.open(listener);
    await Promise.resolve();
    await channel.close('redial');
    slow.opening.resolve();
    await expect(opening).rejects.toThrow('no channel');
    expect(slow.did.at(-1)).toBe('close superseded');
  });
});
