/**
 * Which field is at fault, and why? Both the contract's schema, asked here before anything is sent, and the server's
 * refusal name a field by its path in dots; the server puts `body.` before it.
 */
import type { z } from 'zod';
import { ApiRefusedError } from '@longshore/rest-client';

export type FieldErrors = ReadonlyMap<string, string>;

export function problemsOf(error: z.ZodError): FieldErrors {
  const errors = new Map<string, string>();
  for (const { path, message } of error.issues) {
    const field = path.join('.');
    if (!errors.has(field)) errors.set(field, message);
  }
  return errors;
}

/** Empty for every error that is not about a field. */
export function errorsOf(error: Error | null): FieldErrors {
  if (!(error instanceof ApiRefusedError) || error.field === null || error.field === '') return new Map();
  const field = error.field.replace(/^body\./, '');
  const message = error.message.replace(`${error.field}: `, '').replace(`${field}: `, '');
  return new Map([[field, message]]);
}

/** What is wrong with the field or with something inside it; null when nothing is. */
export function errorAt(errors: FieldErrors, field: string): string | null {
  for (const [at, message] of errors) if (at === field || at.startsWith(`${field}.`)) return message;
  return null;
}
