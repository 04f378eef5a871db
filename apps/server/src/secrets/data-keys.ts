/** The name under which the keys are injected that secrets in the database are encrypted under (docs/security.md, Keys). */
import type { RotatedDataKey } from '@longshore/rest-contract';

export abstract class DataKeys {
  /** Of the key that is used for what is encrypted now. */
  abstract readonly currentId: string;

  /** Inside a transaction that holds stored secrets (`StoredSecretStore.holdToCopy`) until the box is stored. */
  abstract encrypt(text: string, context: string): string;

  /** Whether the key of this box is here. */
  abstract has(box: string): boolean;

  /** Throws SecretBoxRefusedError, which names the key and nothing of the content. */
  abstract decrypt(box: string, context: string): string;

  /** Makes another key and encrypts everything anew; can be repeated after a crash at any point. */
  abstract rotate(): Promise<RotatedDataKey>;
}
