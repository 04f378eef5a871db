/**
 * What does the agent do with a `welcome`? (docs/protocol.md, Delivery)
 *
 * A welcome counts only if it answers the newest hello. It tells what the server's store has of the agent's
 * streams and what the server holds of the commands; from both follows what each side sends again, and whether
 * the server went back in time.
 */
import type { AgentStream, Held, MessageId, Received, Welcome } from '@longshore/protocol';

export interface AgentSideStreams {
  readonly newestHelloId: MessageId;
  readonly held: Readonly<Record<AgentStream, Held>>;
  readonly commandsReceived: Received;
}

export type WelcomeVerdict =
  | { readonly verdict: 'stale' }
  | {
      readonly verdict: 'accept';
      /** Send everything after these numbers again. */
      readonly resendAfter: Readonly<Record<AgentStream, number>>;
    }
  /** The server remembers less than it once had: messages it acknowledged are offered again where still held. */
  | { readonly verdict: 'server-rolled-back'; readonly detail: string };

export function decideWelcome(agent: AgentSideStreams, welcome: Welcome): WelcomeVerdict {
  if (welcome.helloId !== agent.newestHelloId) return { verdict: 'stale' };
  const { commands } = welcome.held;
  if (commands.highest < agent.commandsReceived.highest) {
    const detail = `it has sent commands up to ${commands.highest}, this agent received ${agent.commandsReceived.highest}`;
    return { verdict: 'server-rolled-back', detail };
  }
  for (const stream of ['control', 'work'] as const) {
    if (welcome.received[stream].highest > agent.held[stream].highest) {
      const detail = `it has received ${stream} up to ${welcome.received[stream].highest}, this agent sent ${agent.held[stream].highest}`;
      return { verdict: 'server-rolled-back', detail };
    }
  }
  return {
    verdict: 'accept',
    resendAfter: { control: welcome.received.control.highest, work: welcome.received.work.highest },
  };
}
