/** Ends a step whose host is dead: the worker does what the host would have done, with the same record first. */
import { attemptFolder } from '../attempt-folder/attempt-folder';
import { writeRecord, type KillReason } from '../attempt-folder/attempt-record';
import { killTree } from '../process-table/kill-tree';
import type { ProcessTable } from '../process-table/process-table';
import { readAttemptEvidence } from './attempt-evidence';
import { judgeAttempt } from './judge-attempt';

/** The step's own grace went with its host. */
const orphanGraceMs = 5_000;

/** Leaves alone what is no orphan: what has ended, and what a living host holds. */
export async function killOrphan(folderPath: string, reason: KillReason, table: ProcessTable): Promise<void> {
  const folder = attemptFolder(folderPath);
  const evidence = await readAttemptEvidence(folderPath, table);
  const { claim, started, kill } = evidence;
  if (judgeAttempt(evidence).kind !== 'orphaned' || claim === undefined) return;
  if (kill === undefined) await writeRecord(folder.kill, { reason, at: new Date().toISOString() });
  // Without a start record only the nonce leads to the step; no process has pid -1.
  const root = started?.process ?? { pid: -1, startTime: '', bootId: table.bootId() };
  await killTree({ table, root, nonce: claim.nonce, graceMs: orphanGraceMs });
}
