/** The code of an error of the operating system or of the runtime (`ENOENT`); null where there is none. */
export function systemCodeOf(error: unknown): string | null {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : null;
}
