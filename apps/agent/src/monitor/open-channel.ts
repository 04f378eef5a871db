/** Which wire does this agent speak? The one that its type names; the session above sees no difference. */
import { LongshoreError } from '@longshore/protocol';
import type { ChannelParts, OpenedChannel } from './opened-channel';

export class JmsAccessMissingError extends LongshoreError {
  constructor() {
    super('JMS_ACCESS_MISSING', 'stop', 'conf/agent.json: jms is empty, but the agent is of type jms');
  }
}

/** Each wire is loaded only by the agents that speak it: a monitor is meant to be small. */
export async function openChannel(parts: ChannelParts): Promise<OpenedChannel> {
  const { type, jms } = parts.configuration;
  if (type === 'web') return (await import('./open-web-channel')).openWebChannel(parts);
  if (jms === null) throw new JmsAccessMissingError();
  return (await import('./open-jms-channel')).openJmsChannel(parts, jms);
}
