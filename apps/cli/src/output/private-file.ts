/**
 * A new file that only its owner may read (0600), made before the secret that it is for: a secret that is shown once
 * has to have a place first. It never takes the place of another file.
 */
import { closeSync, fchmodSync, fsyncSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { UsageInvalidError } from '../cli-errors';

export interface PrivateFile {
  /** Durable when it returns; in place of what was written before. */
  write(text: string): void;
}

/** `field` is the flag that names the file. Without an end by `act`, nothing is left of it. */
export async function withPrivateFile<T>(
  field: string,
  file: string,
  act: (opened: PrivateFile) => Promise<T>,
): Promise<T> {
  const descriptor = open(field, file);
  let isWritten = false;
  try {
    return await act({
      write: (text) => {
        ftruncateSync(descriptor);
        writeAll(descriptor, Buffer.from(text));
        fsyncSync(descriptor);
        isWritten = true;
      },
    });
  } finally {
    closeSync(descriptor);
    // A secret that has been written may be the only copy there is.
    if (!isWritten) rmSync(file, { force: true });
  }
}

function open(field: string, file: string): number {
  try {
    const descriptor = openSync(file, 'wx', 0o600);
    fchmodSync(descriptor, 0o600);
    return descriptor;
  } catch (cause) {
    const isThere = typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'EEXIST';
    const problem = isThere ? `${file} exists and is never overwritten` : `${file} cannot be made`;
    throw new UsageInvalidError(field, problem, { cause });
  }
}

/** From the beginning of the file on. */
function writeAll(descriptor: number, bytes: Buffer): void {
  for (let offset = 0; offset < bytes.length;)
    offset += writeSync(descriptor, bytes, offset, bytes.length - offset, offset);
}
