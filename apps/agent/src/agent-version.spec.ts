import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentVersion } from './agent-version';

it('is the version of the product', () => {
  const { version } = JSON.parse(readFileSync(join(__dirname, '..', '..', '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  expect(agentVersion).toBe(version);
});
