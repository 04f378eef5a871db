import { defineConfig } from 'prisma/config';

// Prisma's own commands never reach a database here: the client is generated, migrations are applied by the server.
export default defineConfig({ schema: 'prisma/schema.prisma', migrations: { path: 'prisma/migrations' } });
