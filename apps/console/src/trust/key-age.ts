/**
 * How old is a key, and when does the policy replace it? The server decides by its own clock; this is for reading,
 * so a day is a day of 24 hours and what is due is only called due.
 */
import { ageText } from '../clock/age-text';

const dayMs = 86_400_000;

export interface KeyAge {
  readonly pinnedAtMs: number;
  readonly nowMs: number;
  /** Null: the policy never replaces a key by itself. */
  readonly maxAgeDays: number | null;
}

export function keyAgeText({ pinnedAtMs, nowMs, maxAgeDays }: KeyAge): string {
  const ageMs = Math.max(0, nowMs - pinnedAtMs);
  const age = ageMs < dayMs ? ageText(ageMs) : daysText(Math.floor(ageMs / dayMs));
  if (maxAgeDays === null) return `${age} old`;
  const leftMs = maxAgeDays * dayMs - ageMs;
  if (leftMs <= 0) return `${age} old, due for replacement (after ${daysText(maxAgeDays)})`;
  return `${age} old, replaced in ${leftMs < dayMs ? 'less than a day' : daysText(Math.ceil(leftMs / dayMs))}`;
}

function daysText(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}
