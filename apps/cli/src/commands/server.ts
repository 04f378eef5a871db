/** `server`: what the server says of itself; its keys stand in server-keys.ts. */
import type { Command } from 'commander';
import { withClient } from '../command-context';
import type { Act, Bind } from '../bound-command';
import { formatFacts } from '../output/table';
import { registerServerKeys } from './server-keys';

export function registerServer(program: Command, bind: Bind): void {
  const server = program.command('server').description('Show the server and rotate its keys.');
  const facts = server.command('show', { isDefault: true }).description('Show the server’s key, gateways and broker.');
  bind(facts, () => show);
  registerServerKeys(server, bind);
}

const show: Act = async (context) => {
  const facts = await withClient(context, (client) => client.server());
  const { paint } = context;
  const state = paint(facts.broker.state === 'connected' ? 'green' : 'red', facts.broker.state);
  const lines: (readonly [string, string])[] = [
    ['Server id', facts.serverId],
    ['Version', facts.version],
    ['Key', facts.fingerprint],
    ['Gateways', facts.gateways.join(', ')],
    ['Broker', facts.broker.state === 'connected' ? state : `${state} (${facts.broker.detail})`],
  ];
  return { json: facts, text: formatFacts(lines, paint) };
};
