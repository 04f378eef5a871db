/** How is a length of time written for people? Two units at most; the smaller one only where it still matters. */

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Whole seconds and up: for ages that tick. Clocks differ, so a negative age is normal and reads as none. */
export function ageText(ageMs: number): string {
  const ms = Math.max(0, ageMs);
  if (ms < minuteMs) return `${Math.floor(ms / secondMs)} s`;
  if (ms < hourMs) return two(ms, [minuteMs, 'min'], [secondMs, 's']);
  if (ms < dayMs) return two(ms, [hourMs, 'h'], [minuteMs, 'min']);
  return two(ms, [dayMs, 'd'], [hourMs, 'h']);
}

/** With tenths below ten seconds: for what has ended and no longer ticks. */
export function durationText(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  return ms < 9950 ? `${(ms / secondMs).toFixed(1)} s` : ageText(Math.round(ms / secondMs) * secondMs);
}

/** The larger unit alone: where there is little room. */
export function roughText(durationMs: number): string {
  return durationText(durationMs).split(' ').slice(0, 2).join(' ');
}

/** `12 min ago`; within a second of now it is just now. */
export function agoText(ageMs: number): string {
  if (ageMs < secondMs) return 'just now';
  const text = ageMs < hourMs ? ageText(ageMs).split(' ').slice(0, 2).join(' ') : ageText(ageMs);
  return `${text} ago`;
}

function two(ms: number, [large, largeName]: [number, string], [small, smallName]: [number, string]): string {
  const rest = Math.floor((ms % large) / small);
  const text = `${Math.floor(ms / large)} ${largeName}`;
  return rest === 0 ? text : `${text} ${rest} ${smallName}`;
}
