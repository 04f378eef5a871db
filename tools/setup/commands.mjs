// Makes `npx longshore` and `npx longshore-agent` work in a checkout: small wrappers beside the commands of our packages,
// so that both run on the product's own Node whatever Node the machine has.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { at } from './workspace.mjs';

const commands = { longshore: 'cli', 'longshore-agent': 'agent' };

export function linkCommands() {
  for (const [name, app] of Object.entries(commands)) {
    const file = at('node_modules', '.bin', name);
    const wrapper = `#!/bin/sh
bin=$(dirname "$(readlink -f "$0")")
exec "$bin/node" --disable-warning=ExperimentalWarning "$bin/../../dist/apps/${app}/main.js" "$@"
`;
    if (existsSync(file) && readFileSync(file, 'utf8') === wrapper) continue;
    writeFileSync(file, wrapper, { mode: 0o755 });
  }
}
