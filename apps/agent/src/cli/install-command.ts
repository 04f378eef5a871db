/** `longshore-agent install`: enrols this host as an agent of the server and writes its home, whole or not at all. */
import { join } from 'node:path';
import { defaultHomesFolder } from '@longshore/agent-runtime';
import { enrol } from '../enrolment/enrol';
import { checkHomeIsFree, freeHome, writeHome } from '../enrolment/install-home';
import { type InstallOptions, type InstallOrder, readInstallOrder } from '../enrolment/install-order';
import type { Answer } from './answer';
import { askAt } from './ask';

export async function installCommand(options: InstallOptions): Promise<Answer> {
  const order = await readInstallOrder(options, askAt(process.stdin, options.yes === true), process.env);
  checkHomeIsFree(homeFor(order, order.name));
  const enrolled = await enrol(order);
  const { agentId, state, warning } = enrolled.answer;
  const home = writeHome(order.home ?? freeHome(homeFor(order, agentId)), order, enrolled);
  const text = [
    ...(warning === null ? [] : [`Note: ${warning}`]),
    `${agentId} (${order.type}) is installed in ${home.root}`,
    `Server key: ${enrolled.server.current}`,
    `Own key: ${enrolled.identity.fingerprint}`,
    state === 'approved'
      ? `Start it with: longshore-agent run --home ${home.root}`
      : 'It gets work when an operator has compared its own key with the one that the server shows, and approved it.',
  ].join('\n');
  const json = { id: agentId, type: order.type, home: home.root, state, warning, serverKey: enrolled.server.current };
  return { text, json };
}

/** In the default place a home is called like its agent, also when the server gave it another name than it wished. */
function homeFor({ home }: InstallOrder, agentId: string): string {
  return home ?? join(defaultHomesFolder(), agentId);
}
