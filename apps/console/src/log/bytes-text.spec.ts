import { bytesText } from './bytes-text';

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1536, '1.5 KiB'],
  [52_428_800, '50.0 MiB'],
  [300 * 1024 ** 3, '300 GiB'],
])('%i bytes read %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));
