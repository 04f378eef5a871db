/** `api-tokens`: what programs sign in with instead of a password (docs/security.md, Sign-in). */
import type { Command } from 'commander';
import { z } from 'zod';
import { withClient } from '../command-context';
import type { Act, Bind } from '../bound-command';
import { withPrivateFile } from '../output/private-file';
import { formatTable } from '../output/table';
import { confirm, yesFlag } from './confirm';
import { readOptions, wholeNumber } from './options';

const createSchema = z.object({
  name: z.string().min(1, 'is empty').max(100, 'has more than 100 characters'),
  expires: wholeNumber.pipe(z.int().min(1, 'must be 1 to 3650').max(3650, 'must be 1 to 3650')).optional(),
  out: z.string().min(1, 'is empty').optional(),
});
const revokeSchema = z.object({ yes: z.boolean().default(false) });
type CreateOptions = z.infer<typeof createSchema>;

export function registerApiTokens(program: Command, bind: Bind): void {
  const tokens = program.command('api-tokens').description('Make and revoke API tokens, for LONGSHORE_TOKEN.');
  const create = tokens
    .command('create')
    .description('Make an API token of your own and show it this once.')
    .requiredOption('--name <text>', 'what it is for')
    .option('--expires <days>', 'how long it is valid; otherwise for good')
    .option('--out <file>', 'put it into this new file (0600) instead of showing it');
  bind(create, (options: unknown) => createToken(readOptions(createSchema, options)));
  bind(tokens.command('list', { isDefault: true }).description('List your API tokens.'), () => listTokens);
  const revoke = tokens
    .command('revoke <ID>')
    .description('Make an API token useless.')
    .option(...yesFlag);
  bind(revoke, (id: string, options: unknown) => revokeToken(id, readOptions(revokeSchema, options)));
}

function createToken({ name, expires, out }: CreateOptions): Act {
  return async (context) => {
    const wish = { name, expiresInDays: expires ?? null };
    const create = () => withClient(context, (client) => client.createApiToken(wish));
    if (out === undefined) {
      const created = await create();
      return { json: created, text: `${created.token}\n` };
    }
    return withPrivateFile('--out', out, async (file) => {
      const { token, ...shown } = await create();
      file.write(`${token}\n`);
      return { json: { ...shown, file: out }, text: `the API token ${shown.id} is in ${out}\n` };
    });
  };
}

const listTokens: Act = async (context) => {
  const list = await withClient(context, (client) => client.apiTokens());
  const rows = list.tokens.map(({ id, name, expiresAt, createdAt }) => [id, name, createdAt, expiresAt ?? 'never']);
  const head = ['ID', 'NAME', 'CREATED', 'EXPIRES'];
  return { json: list, text: rows.length === 0 ? 'no API token\n' : formatTable(head, rows, context.paint) };
};

function revokeToken(id: string, { yes }: z.infer<typeof revokeSchema>): Act {
  return async (context) => {
    await confirm(context, yes, `Whatever signs in with the API token ${id} will be refused.`);
    await withClient(context, (client) => client.deleteApiToken(id));
    return { json: { id, revoked: true }, text: `${id} is revoked\n` };
  };
}
