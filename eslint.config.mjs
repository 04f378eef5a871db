// Lint only through nx (`npm run lint`): without the project graph the import law is silently not checked.
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';

/** What each layer may import. `testing` is open to tests only, see the override at the end. */
const importLaw = [
  {
    sourceTag: 'layer:app',
    onlyDependOnLibsWithTags: ['layer:adapter', 'layer:feature', 'layer:driver', 'layer:core', 'layer:contract'],
  },
  {
    sourceTag: 'layer:adapter',
    onlyDependOnLibsWithTags: ['layer:feature', 'layer:driver', 'layer:core', 'layer:contract'],
  },
  { sourceTag: 'layer:feature', onlyDependOnLibsWithTags: ['layer:core', 'layer:contract'] },
  { sourceTag: 'layer:driver', onlyDependOnLibsWithTags: ['layer:driver', 'layer:core', 'layer:contract'] },
  {
    sourceTag: 'layer:core',
    onlyDependOnLibsWithTags: ['layer:core', 'layer:contract'],
    bannedExternalImports: ['@nestjs/*', '@prisma/*', 'prisma', 'socket.io*', 'amqplib', 'pg', 'undici', 'fastify'],
  },
  {
    sourceTag: 'layer:contract',
    onlyDependOnLibsWithTags: ['layer:contract'],
    bannedExternalImports: ['@nestjs/*', '@prisma/*', 'socket.io*', 'amqplib', 'pg'],
  },
  { sourceTag: 'scope:server', onlyDependOnLibsWithTags: ['scope:server', 'scope:shared'] },
  { sourceTag: 'scope:agent', onlyDependOnLibsWithTags: ['scope:agent', 'scope:shared'] },
  { sourceTag: 'scope:client', onlyDependOnLibsWithTags: ['scope:client', 'scope:shared'] },
  { sourceTag: 'scope:shared', onlyDependOnLibsWithTags: ['scope:shared'] },
];

const boundaries = (depConstraints) => ['error', { enforceBuildableLibDependency: false, allow: [], depConstraints }];

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/dist-weakened/**',
      '**/coverage/**',
      '.nx/**',
      '**/generated/**',
      'tools/lint-canary/**',
    ],
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.recommended],
    plugins: { '@nx': nx, 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: {
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
      'import-x/extensions': ['.ts', '.tsx'],
      // Cycles inside a library; cycles between libraries are the module boundaries rule's.
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'] })],
    },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(importLaw),
      'import-x/no-cycle': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.name='forwardRef']",
          message: 'forwardRef hides an import cycle: break the cycle.',
        },
      ],
      'max-lines': ['error', { max: 300 }],
      'max-params': ['error', { max: 4 }],
    },
  },
  {
    // Core libraries decide; they never touch the network or the clock of a socket.
    files: ['libs/delivery/src/**/*.ts', 'libs/pinning/src/**/*.ts', 'libs/protocol/src/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: ['node:net', 'node:tls', 'node:fs', 'node:fs/promises', 'node:http', 'node:https'] },
      ],
    },
  },
  {
    // The one place where a package is loaded late, on purpose.
    files: ['libs/pinning/src/load-forge.ts'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    // Agents never listen.
    files: ['apps/agent/src/**/*.ts', 'libs/agent-runtime/src/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.property.name=/^(listen|createServer)$/]',
          message: 'Agents dial out; nothing of an agent listens.',
        },
      ],
    },
  },
  {
    files: [
      '**/*.spec.ts',
      '**/*.spec.tsx',
      '**/testing.ts',
      '**/testing/**/*.ts',
      'libs/testing/**/*.ts',
      'apps/system-e2e/**/*.ts',
      'apps/attack-suite/**/*.ts',
    ],
    rules: {
      '@nx/enforce-module-boundaries': 'off',
      'no-restricted-syntax': 'off',
      'no-restricted-imports': 'off',
      'max-lines': 'off',
    },
  },
  {
    // amqplib takes no ready socket through its public entry and would write before the pin is checked.
    files: ['libs/jms-wire/src/amqp/open-amqp.ts'],
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          allow: ['../../../../node_modules/amqplib/lib/*'],
          depConstraints: importLaw,
        },
      ],
      '@typescript-eslint/triple-slash-reference': ['error', { path: 'always' }],
    },
  },
);
