// Proves that the import law is really enforced: plants files that break it, lints them through nx, and fails unless
// every one is refused by the rule it breaks. Without this, a lint run that lost its project graph would pass in silence.
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const canaries = [
  {
    project: 'delivery',
    file: 'libs/delivery/src/lint-canary.ts',
    source:
      "import { Database } from '@longshore/persistence';\nimport { connect } from 'node:net';\nexport const broken = [Database, connect];\n",
    rules: ['@nx/enforce-module-boundaries', 'no-restricted-imports'],
  },
  {
    project: 'agent-runtime',
    file: 'libs/agent-runtime/src/lint-canary.ts',
    source:
      "import { createServer } from 'node:net';\nimport { WebAgentChannel } from '@longshore/web-wire';\nexport const broken = [createServer(), WebAgentChannel].map((x) => String(x));\n(async () => 1)();\nexport const server = { createServer };\nserver.createServer();\n",
    rules: ['@nx/enforce-module-boundaries', '@typescript-eslint/no-floating-promises', 'no-restricted-syntax'],
  },
];

const nx = createRequire(import.meta.url).resolve('nx/bin/nx.js');
let failed = 0;
for (const { project, file, source, rules } of canaries) {
  let output;
  try {
    writeFileSync(file, source);
    const run = spawnSync(process.execPath, [nx, 'run', `${project}:lint`, '--skip-nx-cache'], {
      encoding: 'utf8',
      env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
    });
    output = run.stdout + run.stderr;
  } finally {
    rmSync(file, { force: true });
  }
  for (const rule of rules) {
    const refused = output.includes(rule);
    console.log(`${refused ? '✓' : '✗'} ${file} is refused by ${rule}`);
    if (!refused) failed += 1;
  }
}
process.exit(failed === 0 ? 0 : 1);
