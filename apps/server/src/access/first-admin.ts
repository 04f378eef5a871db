/**
 * Who can sign in to a new server? The user `admin`, with the password that the installer put into a file, or else
 * with one that is made here and printed this one time (docs/operations.md, First start).
 */
import { readFile } from 'node:fs/promises';
import type { AccessStore } from '@longshore/persistence';
import { createSecret, hashPassword } from '@longshore/pinning';
import { LongshoreError } from '@longshore/protocol';

export const firstAdminName = 'admin';
const shortestPassword = 8;

export class AdminPasswordUnusableError extends LongshoreError {
  constructor(path: string, problem: string, options: { readonly cause?: unknown } = {}) {
    super('ADMIN_PASSWORD_UNUSABLE', 'stop', `${path}: ${problem}`, options);
  }
}

/** Answers with the password to print, or null where there is none to print. */
export async function ensureFirstAdmin(store: AccessStore, passwordFile: string | null): Promise<string | null> {
  if (await store.hasUser(firstAdminName)) return null;
  const password = passwordFile === null ? createSecret() : await readPassword(passwordFile);
  const added = await store.addUser(firstAdminName, await hashPassword(password));
  return added && passwordFile === null ? password : null;
}

async function readPassword(path: string): Promise<string> {
  try {
    const password = (await readFile(path, 'utf8')).trim();
    if (password.length >= shortestPassword) return password;
  } catch (cause) {
    throw new AdminPasswordUnusableError(path, 'the first password of admin cannot be read from it', { cause });
  }
  throw new AdminPasswordUnusableError(
    path,
    `the first password of admin needs at least ${shortestPassword} characters`,
  );
}
