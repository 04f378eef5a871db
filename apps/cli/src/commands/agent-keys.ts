/**
 * `agents regenerate-key`, `revoke-key`: the API key, which takes effect at once on live connections; and what is
 * asked of the agent itself: `rotate-key`, `renew-certificate` (docs/protocol.md, Identity and pins).
 */
import type { Command } from 'commander';
import { z } from 'zod';
import type { IdentityRequest } from '@longshore/rest-contract';
import { withClient } from '../command-context';
import type { Act, Bind } from '../bound-command';
import { withPrivateFile } from '../output/private-file';
import { confirm, yesFlag } from './confirm';
import { readAgentId, readOptions } from './options';

const revokeSchema = z.object({ yes: z.boolean().default(false) });
const regenerateSchema = revokeSchema.extend({ out: z.string().min(1, 'is empty').optional() });

export function registerAgentKeys(agents: Command, bind: Bind): void {
  const regenerate = agents
    .command('regenerate-key <ID>')
    .description('Issue another API key for an agent and show it this once; the old one is dead at once.')
    .option('--out <file>', 'put it into this new file (0600) instead of showing it')
    .option(...yesFlag);
  bind(regenerate, (id: string, options: unknown) => regenerateKey(id, readOptions(regenerateSchema, options)));
  const revoke = agents
    .command('revoke-key <ID>')
    .description('Make an agent’s API key useless at once; it is out until another one is issued.')
    .option(...yesFlag);
  bind(revoke, (id: string, options: unknown) => revokeKey(id, readOptions(revokeSchema, options)));
  bind(
    agents.command('rotate-key <ID>').description('Ask an agent to replace its key; nothing has to be done there.'),
    (id: string) => request(id, 'rotate-key'),
  );
  bind(
    agents.command('renew-certificate <ID>').description('Ask an agent for a new certificate over the same key.'),
    (id: string) => request(id, 'renew-certificate'),
  );
}

function regenerateKey(text: string, { yes, out }: z.infer<typeof regenerateSchema>): Act {
  return async (context) => {
    const id = readAgentId(text);
    await confirm(context, yes, `${id} will be cut off until the new API key is put on its machine.`);
    const issue = () => withClient(context, (client) => client.issueApiKey(id));
    if (out === undefined) {
      const issued = await issue();
      return { json: issued, text: `${issued.apiKey}\n` };
    }
    return withPrivateFile('--out', out, async (file) => {
      const issued = await issue();
      file.write(`${issued.apiKey}\n`);
      return { json: { id: issued.id, file: out }, text: `the new API key of ${id} is in ${out}\n` };
    });
  };
}

function revokeKey(text: string, { yes }: z.infer<typeof revokeSchema>): Act {
  return async (context) => {
    const id = readAgentId(text);
    await confirm(context, yes, `${id} will be cut off until another API key is issued and put on its machine.`);
    await withClient(context, (client) => client.revokeApiKey(id));
    return { json: { id, revoked: true }, text: `the API key of ${id} is revoked\n` };
  };
}

function request(text: string, identity: IdentityRequest): Act {
  return async (context) => {
    const agent = await withClient(context, (client) => client.requestIdentity(readAgentId(text), identity));
    const wish = identity === 'rotate-key' ? 'rotate its key' : 'renew its certificate';
    return { json: agent, text: `${agent.name} is asked to ${wish}; "agents show" tells when it is done\n` };
  };
}
