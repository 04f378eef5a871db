import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serverVersion } from './server-version';

it('the server says the version of its workspace', () => {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../../../../package.json'), 'utf8')) as {
    version: string;
  };
  expect(serverVersion).toBe(version);
});
