/**
 * One row of the table: an attack, how often it was tried, how often it was refused, and its positive control: the same
 * attack against a bundle with the named defence switched off. A row counts as held only when all was refused and the
 * control got through, for an attack that never succeeds anywhere proves nothing.
 */
export interface Control {
  readonly weakening: string;
  readonly attempts: number;
  readonly succeeded: number;
}

export interface Row {
  readonly attack: string;
  readonly attempts: number;
  readonly refused: number;
  readonly control: Control;
  readonly note?: string;
}

export const rows: Row[] = [];

/** Adds the row and answers with what a spec expects of it. */
export function record(row: Row): { readonly held: number; readonly of: number; readonly controlWorked: boolean } {
  rows.push(row);
  return { held: row.refused, of: row.attempts, controlWorked: row.control.succeeded > 0 };
}

/** How a row looks that proves something. */
export const held = (attempts: number): ReturnType<typeof record> => ({
  held: attempts,
  of: attempts,
  controlWorked: true,
});

/** True in `npm run attack`; the ordinary run takes a sample, so that it stays short. */
export const isComplete = process.env.LONGSHORE_ATTACKS === 'all';

/** All of them in a complete run; else so many, spread over the whole list. */
export function sampled<T>(all: readonly T[], count: number): readonly T[] {
  if (isComplete || all.length <= count) return all;
  return Array.from({ length: count }, (_, index) => all[Math.floor((index * all.length) / count)] as T);
}
