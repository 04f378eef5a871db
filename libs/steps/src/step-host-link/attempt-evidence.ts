/**
 * What can be seen of an attempt without asking its host? The records of its folder and the process table.
 *
 * The order of looking decides: the processes first, the exit record last. A host writes the exit record before it
 * dies, so whoever saw it dead and then finds no record knows that none will come.
 */
import { attemptFolder } from '../attempt-folder/attempt-folder';
import {
  readClaim,
  readExit,
  readKill,
  readStarted,
  type ClaimRecord,
  type ExitRecord,
  type KillRecord,
  type StartedRecord,
} from '../attempt-folder/attempt-record';
import type { ProcessTable } from '../process-table/process-table';

export interface AttemptEvidence {
  readonly bootId: string;
  readonly claim: ClaimRecord | undefined;
  readonly started: StartedRecord | undefined;
  readonly kill: KillRecord | undefined;
  readonly exit: ExitRecord | undefined;
  readonly hostAlive: boolean;
  /** The step's own process; without a start record, any process that carries the attempt's nonce. */
  readonly stepAlive: boolean;
}

export async function readAttemptEvidence(folderPath: string, table: ProcessTable): Promise<AttemptEvidence> {
  const folder = attemptFolder(folderPath);
  const claim = await readClaim(folder.claim);
  const hostAlive = claim !== undefined && table.isAlive(claim.claimant);
  const started = await readStarted(folder.started);
  const stepAlive = started === undefined ? await someoneCarries(claim, table) : table.isAlive(started.process);
  const kill = await readKill(folder.kill);
  const exit = await readExit(folder.exit);
  return { bootId: table.bootId(), claim, started, kill, exit, hostAlive, stepAlive };
}

async function someoneCarries(claim: ClaimRecord | undefined, table: ProcessTable): Promise<boolean> {
  if (claim === undefined || claim.purpose === 'fence' || claim.claimant.bootId !== table.bootId()) return false;
  const living = (await table.snapshot()).filter((entry) => !entry.ended);
  const carriers = await Promise.all(living.map((entry) => table.carriesNonce(entry.pid, claim.nonce)));
  return carriers.includes(true);
}
