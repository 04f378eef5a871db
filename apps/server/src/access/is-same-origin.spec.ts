import { isSameOrigin } from './is-same-origin';

describe('a request of a page of this server', () => {
  it.each([
    ['says so by Sec-Fetch-Site', { 'sec-fetch-site': 'same-origin' }, true],
    ['says so by Origin', { origin: 'https://host:8443', host: 'host:8443' }, true],
    ['says so by both', { 'sec-fetch-site': 'same-origin', origin: 'https://host:8443', host: 'host:8443' }, true],
    ['is not one of another port', { origin: 'https://host:1', host: 'host:8443' }, false],
    ['is not one without TLS', { origin: 'http://host:8443', host: 'host:8443' }, false],
    [
      'is not one of a sibling site',
      { 'sec-fetch-site': 'same-site', origin: 'https://host:8443', host: 'host:8443' },
      false,
    ],
    ['is not one that a user typed', { 'sec-fetch-site': 'none' }, false],
    ['is not one that says nothing', { host: 'host:8443' }, false],
  ])('%s', (_, headers, expected) => expect(isSameOrigin(headers)).toBe(expected));
});
