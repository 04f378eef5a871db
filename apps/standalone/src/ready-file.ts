/** The one JSON file for automation, written when all is ready and the first run has ended (docs/operations.md). */
import { writePrivately } from './installation-secrets';

export interface Readiness {
  readonly api: string;
  readonly console: string;
  readonly gateway: string;
  /** Fingerprint of the server's key, for clients that pin. */
  readonly fingerprint: string;
  readonly admin: { readonly user: string; readonly password: string };
  readonly token: string;
  readonly agents: readonly {
    readonly id: string;
    readonly name: string;
    readonly type: string;
    readonly home: string;
  }[];
  /** Null: no agent could be given work. */
  readonly run: { readonly id: string; readonly state: string } | null;
}

export function writeReadyFile(file: string, readiness: Readiness): void {
  writePrivately(file, `${JSON.stringify(readiness, null, 2)}\n`);
}
