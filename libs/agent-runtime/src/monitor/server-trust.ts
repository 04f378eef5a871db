/** What the agent holds of its server and shows it: pins, keys and credentials, and how they come to be others. */
import type { PinRefused, Welcome } from '@longshore/protocol';
import type { SelfDescription } from '../session/session-host';
import type { Finding, SessionEnd } from '../session/session-state';

export abstract class ServerTrust {
  /** Pins and the announcement of the sealing key, as a `hello` tells them. */
  abstract describe(): Pick<SelfDescription, 'pins' | 'sealingKey'>;
  /** The last key that was refused, in words for people; null: none since the start. */
  abstract readonly pinProblem: string | null;
  /** Takes in what a welcome brings, and does what it wishes; what does not verify is refused. */
  abstract learn(welcome: Welcome): Promise<void>;
  /** Another key stood where the pinned one was expected. True: the server has proved it to be its own. */
  abstract isProven(refused: PinRefused): Promise<boolean>;
  /** A session ended: is it our credentials, and can that be cured from here? */
  abstract lookInto(ended: SessionEnd): Promise<Finding | null>;
}
