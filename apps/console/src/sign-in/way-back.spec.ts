import { signInPath, wayBack } from './way-back';

describe('the way back from sign-in', () => {
  it('leads to the page that was wanted, with its query', () => {
    const { search } = new URL(signInPath('/runs/1?item=2'), 'https://x');
    expect(wayBack(new URLSearchParams(search).get('back'))).toBe('/runs/1?item=2');
  });

  it.each(['https://elsewhere', '//elsewhere', '/\\elsewhere', 'javascript:alert(1)', ''])(
    'never leads to %s',
    (back) => expect(wayBack(back)).toBe('/fleet'),
  );
});
