// node tools/jest.mjs <projectRoot> [jest arguments]: runs one project's tests with the workspace's preset.
// A project brings its own jest.config.js only when it differs from the preset.
import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const [projectRoot, ...rest] = process.argv.slice(2);
const own = join(projectRoot, 'jest.config.js');
const config = existsSync(own)
  ? ['-c', own]
  : ['-c', JSON.stringify({ ...createRequire(import.meta.url)('../jest.preset.js'), rootDir: resolve(projectRoot), displayName: projectRoot })];
const jest = createRequire(import.meta.url).resolve('jest/bin/jest.js');
const { status } = spawnSync(process.execPath, [jest, ...config, ...rest], { stdio: 'inherit' });
process.exit(status ?? 1);
