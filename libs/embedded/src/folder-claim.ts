/**
 * Who may work in this folder? One live process at a time: it holds `owner.json`, which names it by pid, start time
 * and boot id, so that the file of a process that was killed is recognised as stale and taken over.
 *
 * The file is created complete (written aside, then linked), so a reader never sees half of it.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { FolderInUseError } from './embedded-errors';
import { identifyProcess, isAlive, type ProcessIdentity } from './process-identity';

export interface FolderClaim {
  release(): void;
}

/** Waits up to `waitMs` for another owner to finish, then throws FolderInUseError. */
export async function claimFolder(folder: string, waitMs = 0): Promise<FolderClaim> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const deadline = performance.now() + waitMs;
  for (;;) {
    const attempt = tryToClaim(join(folder, 'owner.json'));
    if (attempt.kind === 'claimed') return attempt.claim;
    if (performance.now() >= deadline) throw new FolderInUseError(folder, attempt.owner.pid);
    await pause(200);
  }
}

type ClaimAttempt =
  | { readonly kind: 'claimed'; readonly claim: FolderClaim }
  | { readonly kind: 'taken'; readonly owner: ProcessIdentity };

function tryToClaim(path: string): ClaimAttempt {
  // The token tells two claims of one process apart.
  const own = JSON.stringify({ ...identifyProcess(process.pid), token: randomBytes(8).toString('hex') });
  for (;;) {
    if (createComplete(path, own)) return { kind: 'claimed', claim: { release: () => removeIfSame(path, own) } };
    const found = readOrNothing(path);
    const owner = parseOwner(found);
    if (owner && isAlive(owner)) return { kind: 'taken', owner };
    removeIfSame(path, found);
  }
}

function createComplete(path: string, content: string): boolean {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(aside, content, { mode: 0o600 });
  try {
    linkSync(aside, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Moves the file aside before looking, so that of two processes that found it stale only one removes it. */
function removeIfSame(path: string, content: string): void {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (readFileSync(aside, 'utf8') !== content) createComplete(path, readFileSync(aside, 'utf8'));
  rmSync(aside, { force: true });
}

function parseOwner(text: string): ProcessIdentity | undefined {
  try {
    const { pid, startTicks, bootId } = JSON.parse(text) as Partial<ProcessIdentity>;
    return pid && startTicks && bootId ? { pid, startTicks, bootId } : undefined;
  } catch {
    return undefined;
  }
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
