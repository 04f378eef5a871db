import { version } from '../../../package.json';
import { cliVersion } from './cli-version';

it('is the version of the workspace', () => expect(cliVersion).toBe(version));
