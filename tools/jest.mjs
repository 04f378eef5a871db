// node tools/jest.mjs <projectRoot> [jest arguments]: runs one project's tests with the workspace's preset.
// A project brings its own jest.config.js only when it differs from the preset.
// LONGSHORE_TEST_SUMMARIES names a folder that gets each run's result as JSON: `npm test` adds them up.
import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const [projectRoot, ...rest] = process.argv.slice(2);
const own = join(projectRoot, 'jest.config.js');
const config = existsSync(own)
  ? ['-c', own]
  : [
      '-c',
      JSON.stringify({
        ...createRequire(import.meta.url)('../jest.preset.js'),
        rootDir: resolve(projectRoot),
        displayName: projectRoot,
      }),
    ];
const summaries = process.env.LONGSHORE_TEST_SUMMARIES;
const summary = summaries
  ? ['--json', `--outputFile=${join(summaries, `${projectRoot.replaceAll('/', '-')}.json`)}`]
  : [];
const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const { status } = spawnSync(process.execPath, [jest, ...config, ...summary, ...rest], { stdio: 'inherit' });
process.exit(status ?? 1);
