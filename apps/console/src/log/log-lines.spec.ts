import { LogLines } from './log-lines';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function textOf(lines: LogLines): (string | undefined)[] {
  return Array.from({ length: lines.count }, (_, index) => lines.at(index)?.text);
}

describe('the lines of a log', () => {
  it('are the same however its bytes are cut', () => {
    const whole = bytes('erste Zeile: äöü €\nzweite 😀\n\nlast without end');
    for (const size of [1, 2, 3, 7, 1000]) {
      const lines = new LogLines();
      for (let at = 0; at < whole.length; at += size) lines.append(whole.subarray(at, at + size));
      expect(textOf(lines)).toEqual(['erste Zeile: äöü €', 'zweite 😀', '', 'last without end']);
    }
  });

  it('show a line before it has ended', () => {
    const lines = new LogLines();
    lines.append(bytes('half'));
    expect(textOf(lines)).toEqual(['half']);
    lines.append(bytes(' and half\n'));
    expect(textOf(lines)).toEqual(['half and half']);
  });

  it('remember a colour that was left on', () => {
    const lines = new LogLines();
    lines.append(bytes('\u001b[31mred\nstill red\n'));
    expect(lines.at(1)?.style.color).toBe(1);
  });

  it('are folded when they are very long, ended or not, and lose nothing', () => {
    const lines = new LogLines({ limits: { foldAt: 10, keptCharacters: 1000 } });
    lines.append(bytes(`${'a'.repeat(25)}\n${'b'.repeat(25)}`));
    expect(textOf(lines).join('')).toBe('a'.repeat(25) + 'b'.repeat(25));
    expect(textOf(lines).every((text) => (text ?? '').length <= 10)).toBe(true);
  });

  it('are dropped from the oldest, and counted', () => {
    const lines = new LogLines({ limits: { foldAt: 100, keptCharacters: 100 } });
    for (let line = 0; line < 30; line += 1) lines.append(bytes(`line ${String(line).padStart(3, '0')}\n`));
    expect(lines.dropped + lines.count).toBe(30);
    expect(lines.dropped).toBeGreaterThan(0);
    expect(lines.at(lines.count - 1)?.text).toBe('line 029');
  });

  it('begin with a whole line where the reading began inside one', () => {
    const lines = new LogLines({ startsInside: true });
    lines.append(bytes('tail of it\nwhole\n'));
    expect(textOf(lines)).toEqual(['whole']);
  });
});
