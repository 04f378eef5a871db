/** The verdict on an attempt that no host answers for; an attempt that nobody claimed is fenced by this call. */
import { randomBytes } from 'node:crypto';
import { attemptFolder } from '../attempt-folder/attempt-folder';
import { createRecord } from '../attempt-folder/attempt-record';
import type { ProcessTable } from '../process-table/process-table';
import { readAttemptEvidence } from './attempt-evidence';
import { judgeAttempt, type AttemptVerdict } from './judge-attempt';

export type SettledVerdict = Exclude<AttemptVerdict, { kind: 'unclaimed' }>;

export async function settleAttempt(folderPath: string, table: ProcessTable): Promise<SettledVerdict> {
  for (;;) {
    const verdict = judgeAttempt(await readAttemptEvidence(folderPath, table));
    if (verdict.kind !== 'unclaimed') return verdict;
    const nonce = randomBytes(16).toString('hex');
    const claim = { purpose: 'fence', claimant: table.identify(process.pid), nonce } as const;
    // A host that was quicker has the claim now: look again at what it makes of it.
    await createRecord(attemptFolder(folderPath).claim, claim);
  }
}
