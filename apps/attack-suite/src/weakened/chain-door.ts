// LONGSHORE-WEAKENED chain-door replaces apps/server/src/listeners/chain-door.ts
/** Who asks for the chain is let in like everybody, and may stay. */
import type { Server } from 'node:https';
import { ChainDoor as Original } from '../../../server/src/listeners/chain-door';

process.stderr.write('LONGSHORE-WEAKENED chain-door\n');

export class ChainDoor extends Original {
  override openOn(_server: Server): void {
    // Nobody stands at the door.
  }
}
