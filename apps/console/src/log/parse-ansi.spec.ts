import { parseAnsi, plainText } from './parse-ansi';
import { plainStyle } from './text-style';

const esc = '\u001b';

function piecesOf(line: string) {
  return parseAnsi(line, plainStyle).pieces.map(({ text, style }) => {
    const changed = Object.entries(style).filter(
      ([name, value]) => plainStyle[name as keyof typeof plainStyle] !== value,
    );
    return [text, Object.fromEntries(changed)];
  });
}

describe('a log line', () => {
  it('without sequences is one plain piece', () =>
    expect(piecesOf('<b>not bold</b>')).toEqual([['<b>not bold</b>', {}]]));

  it('changes its look where it says so', () =>
    expect(piecesOf(`a${esc}[1;31mb${esc}[0mc${esc}[42m${esc}[4md`)).toEqual([
      ['a', {}],
      ['b', { bold: true, color: 1 }],
      ['c', {}],
      ['d', { background: 2, underline: true }],
    ]));

  it('hands its look on to the next line', () => {
    const first = parseAnsi(`${esc}[33mwarning`, plainStyle);
    expect(parseAnsi('goes on', first.end).pieces[0]?.style.color).toBe(3);
    expect(parseAnsi(`${esc}[mends`, first.end).pieces[0]?.style).toEqual(plainStyle);
  });

  it.each([
    [`${esc}[38;5;9mx`, { color: 9 }],
    [`${esc}[38;5;196mx`, { color: '#ff0000' }],
    [`${esc}[48;5;244mx`, { background: '#808080' }],
    [`${esc}[38;2;1;2;255mx`, { color: '#0102ff' }],
    [`${esc}[38;2;1;2;999mx`, {}],
    [`${esc}[38;5mx`, {}],
    [`${esc}[95mx`, { color: 13 }],
    [`${esc}[38;5;196;1mx`, { color: '#ff0000', bold: true }],
    [`${esc}[7;27;2;22mx`, {}],
  ])('%j is understood', (line, style) => expect(piecesOf(line)).toEqual([['x', style]]));

  it.each([
    ['a cursor move', `a${esc}[2K${esc}[1Gb`, 'ab'],
    ['a hidden cursor', `a${esc}[?25lb`, 'ab'],
    ['a title', `a${esc}]0;title\u0007b`, 'ab'],
    ['a link', `a${esc}]8;;https://x${esc}\\b${esc}]8;;${esc}\\c`, 'abc'],
    ['a character set', `a${esc}(Bb`, 'ab'],
    ['a sequence that is cut off', `ab${esc}[`, 'ab'],
    ['a title that never ends', `ab${esc}]0;for ever`, 'ab'],
    ['a bell and a null', 'a\u0007\u0000b', 'ab'],
  ])('loses %s', (_name, line, text) => {
    expect(
      parseAnsi(line, plainStyle)
        .pieces.map((piece) => piece.text)
        .join(''),
    ).toBe(text);
    expect(plainText(line)).toBe(text);
  });

  it('keeps tabs', () => expect(plainText('a\tb')).toBe('a\tb'));

  it('shows the last writing of a line that was rewritten', () => {
    expect(plainText('10 %\r50 %\r100 %')).toBe('100 %');
    expect(plainText('windows\r')).toBe('windows');
  });

  it('of a hundred thousand escapes is parsed in time that grows with its length', () => {
    const line = `${esc}]`.repeat(50_000) + `${esc}[31mx`.repeat(50_000);
    const started = performance.now();
    parseAnsi(line, plainStyle);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
