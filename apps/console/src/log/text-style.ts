/** How a piece of a log looks. Colours are a number of the terminal's sixteen, or `#rrggbb`: never text of the log. */
export interface TextStyle {
  readonly color: number | string | null;
  readonly background: number | string | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
}

export const plainStyle: TextStyle = {
  color: null,
  background: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  inverse: false,
};

/** `ESC [ … m` with its numbers, applied in order; numbers that mean nothing to us change nothing. */
export function applySgr(style: TextStyle, codes: readonly number[]): TextStyle {
  let next = style;
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const { color, used } = extendedColor(codes.slice(at + 1));
      if (color !== null) next = code === 38 ? { ...next, color } : { ...next, background: color };
      at += used;
    } else {
      next = applyCode(next, code);
    }
  }
  return next;
}

const switches: Readonly<Record<number, Partial<TextStyle>>> = {
  0: plainStyle,
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  39: { color: null },
  49: { background: null },
};

function applyCode(style: TextStyle, code: number): TextStyle {
  const change = switches[code];
  if (change !== undefined) return { ...style, ...change };
  if (code >= 30 && code <= 37) return { ...style, color: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, color: code - 90 + 8 };
  if (code >= 40 && code <= 47) return { ...style, background: code - 40 };
  if (code >= 100 && code <= 107) return { ...style, background: code - 100 + 8 };
  return style;
}

/** What follows 38 or 48: `5;n` of 256 colours, or `2;r;g;b`. */
function extendedColor([mode, ...rest]: readonly number[]): { color: number | string | null; used: number } {
  if (mode === 5) return { color: paletteColor(rest[0]), used: 2 };
  if (mode !== 2) return { color: null, used: 1 };
  const [red, green, blue] = rest;
  return { color: rgb(red, green, blue), used: 4 };
}

/** 0–15 the sixteen, 16–231 a cube of six steps a side, 232–255 greys. */
function paletteColor(index: number | undefined): number | string | null {
  if (index === undefined || index > 255) return null;
  if (index < 16) return index;
  if (index >= 232) return rgb(...([8, 8, 8].map((base) => base + (index - 232) * 10) as [number, number, number]));
  const step = (value: number): number => (value === 0 ? 0 : 55 + value * 40);
  const place = index - 16;
  return rgb(step(Math.floor(place / 36)), step(Math.floor(place / 6) % 6), step(place % 6));
}

function rgb(red?: number, green?: number, blue?: number): string | null {
  const parts = [red, green, blue];
  if (parts.some((part) => part === undefined || part > 255)) return null;
  return `#${parts.map((part) => (part ?? 0).toString(16).padStart(2, '0')).join('')}`;
}
