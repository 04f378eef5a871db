/** An age that grows before one's eyes: what the server said, plus the time since it said so. */
import { ageText, agoText, durationText, roughText } from './age-text';
import { useNow } from './use-now';

export function TickingAge({ ageMs, asOf }: { readonly ageMs: number; readonly asOf: number }) {
  const now = useNow();
  return <span className="numbers">{ageText(ageMs + Math.max(0, now - asOf))}</span>;
}

export function Ago({ at }: { readonly at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()}>
      {agoText(now - Date.parse(at))}
    </time>
  );
}

/** `in 3 h 20 min`; what is over is over. */
export function Until({ at, over }: { readonly at: string; readonly over: string }) {
  const leftMs = Date.parse(at) - useNow();
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()}>
      {leftMs > 0 ? `in ${ageText(leftMs)}` : over}
    </time>
  );
}

export interface LastingProps {
  readonly from: string;
  /** Null: it ticks. */
  readonly to: string | null;
  /** What was measured where it happened; better than the difference of two reports. */
  readonly measuredMs?: number | null;
  readonly isRough?: boolean;
}

export function Lasting({ from, to, measuredMs = null, isRough = false }: LastingProps) {
  if (to === null) return <TickingSince from={from} isRough={isRough} />;
  const ms = measuredMs ?? Date.parse(to) - Date.parse(from);
  return <span className="numbers">{isRough ? roughText(ms) : durationText(ms)}</span>;
}

function TickingSince({ from, isRough }: { readonly from: string; readonly isRough: boolean }) {
  const age = ageText(useNow() - Date.parse(from));
  return <span className="numbers">{isRough ? age.split(' ').slice(0, 2).join(' ') : age}</span>;
}
