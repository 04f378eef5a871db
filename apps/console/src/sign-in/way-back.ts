/** Where does sign-in lead to? Only to a page of this console: a link may not send people elsewhere. */

export function signInPath(wanted: string): string {
  return wanted === '/' || wanted === '/fleet' ? '/sign-in' : `/sign-in?back=${encodeURIComponent(wanted)}`;
}

export function wayBack(back: string | null): string {
  return back !== null && /^\/(?![/\\])/.test(back) ? back : '/fleet';
}
