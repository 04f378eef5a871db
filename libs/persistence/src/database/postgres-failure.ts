/**
 * What does an error of the PostgreSQL client mean for the caller? Connection losses and a starting or stopping
 * database pass by themselves; a deadlock or a failed serialisation is repeated; everything else is a fault of ours.
 */
export type PostgresFailure = 'unavailable' | 'conflict' | 'fault';

const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOENT',
]);
/** Shutting down, crashing, starting, too many connections (PostgreSQL, Error Codes). */
const passing = new Set(['57P01', '57P02', '57P03', '53300', '08000', '08003', '08006', '08001', '08004']);
const conflicts = new Set(['40001', '40P01']);

export function classifyPostgresFailure(error: unknown): PostgresFailure {
  const { code, message } = describe(error);
  if (conflicts.has(code)) return 'conflict';
  if (unreachable.has(code) || passing.has(code)) return 'unavailable';
  return /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error/i.test(
    message,
  )
    ? 'unavailable'
    : 'fault';
}

export function codeOf(error: unknown): string {
  return describe(error).code || 'no code';
}

/** By shape and not by class: a name with several addresses fails with one error that holds the others. */
function describe(error: unknown): { readonly code: string; readonly message: string } {
  if (typeof error !== 'object' || error === null) return { code: '', message: String(error) };
  if ('errors' in error && Array.isArray(error.errors) && error.errors.length > 0) return describe(error.errors[0]);
  return {
    code: 'code' in error && typeof error.code === 'string' ? error.code : '',
    message: 'message' in error ? String(error.message) : '',
  };
}
