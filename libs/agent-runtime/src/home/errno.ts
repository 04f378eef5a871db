/** Is this the file system's error of that name? Asked by code alone: the error may come from another realm. */
export function isErrno(cause: unknown, code: string): boolean {
  return typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === code;
}
