// docs/reference/server-settings.md: the table that apps/server prints of its own settings schema.
import { printedBy } from './bundle.mjs';

export async function settingsReference() {
  const table = await printedBy('apps/server/src/settings.main.ts');
  return [
    '# Server settings',
    '',
    'Generated from `apps/server/src/config` by `npm run generate`; do not edit. How they are given and what a wrong',
    'one does stands in [operations.md](../operations.md#server-settings).',
    '',
    table.trimEnd(),
    '',
  ].join('\n');
}
