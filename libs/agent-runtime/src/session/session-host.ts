/** What a session asks of the monitor around it, and tells it. */
import type {
  AgentConfiguration,
  AgentStatus,
  AttemptDecision,
  CommandMessage,
  Hello,
  PinRefused,
  Welcome,
} from '@longshore/protocol';
import type { Finding, SessionEnd, SessionState } from './session-state';

/** The part of a `hello` that does not come from the journal. */
export type SelfDescription = Pick<Hello, 'bootId' | 'pins' | 'sealingKey' | 'facts' | 'maxParallel' | 'versions'>;

export abstract class SessionHost {
  abstract describe(): SelfDescription;
  abstract status(): AgentStatus;
  /** Commands that are recorded and stand in order. */
  abstract carryOut(commands: readonly CommandMessage[]): void;
  /** The server's word about attempts that this agent holds open; the journal has it already. */
  abstract decide(decisions: readonly AttemptDecision[]): void;
  /** Hands everything of the `work` stream after this number to whoever posts it. */
  abstract resendWork(after: number): void;
  /** The server's store has the `work` stream further than before. */
  abstract welcome(configuration: AgentConfiguration, welcome: Welcome): void;
  /** Why did it end, and can that be cured from here? Null: nothing beyond what the end itself says. */
  abstract lookInto(ended: SessionEnd): Promise<Finding | null>;
  abstract sessionChanged(state: SessionState): void;
  /** Another key stood where the pinned one was expected. */
  abstract pinRefused(refused: PinRefused): void;
  abstract note(text: string, details: Readonly<Record<string, unknown>>): void;
}
