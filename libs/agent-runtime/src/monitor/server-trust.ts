/** What the agent holds of its server: pins and keys, which move only along the rotation chain. */
import type { Welcome } from '@longshore/protocol';
import type { SelfDescription } from '../session/session-host';

export abstract class ServerTrust {
  /** Pins and the announcement of the sealing key, as a `hello` tells them. */
  abstract describe(): Pick<SelfDescription, 'pins' | 'sealingKey'>;
  /** Takes in the rotation statements and broker addresses that a welcome brings; what does not verify is refused. */
  abstract learn(welcome: Pick<Welcome, 'statements' | 'brokers'>): Promise<void>;
}
