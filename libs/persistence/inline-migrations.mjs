// Puts the migrations into one generated TypeScript module, so that they travel inside a bundle and under jest alike.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, 'prisma', 'migrations');
const migrations = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({ name, sql: readFileSync(join(folder, name, 'migration.sql'), 'utf8') }))
  .sort((a, b) => (a.name < b.name ? -1 : 1));
writeFileSync(
  join(import.meta.dirname, 'src', 'generated', 'migrations.ts'),
  `// Generated from prisma/migrations. Do not edit.\nexport const shippedMigrations = ${JSON.stringify(migrations, null, 2)} as const;\n`,
);
