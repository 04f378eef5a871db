/** An agent that announces a real sealing key under a real pin, and opens what was sealed to it. */
import {
  announceSealingKey,
  createIdentity,
  createSealingKey,
  createSigner,
  openSecret,
  type SealingKey,
} from '@longshore/pinning';
import type { RunStep } from '@longshore/protocol';
import type { TestServer } from '../../delivery/testing/a-server';
import { ordersOf, type SimulatedAgent } from '../../delivery/testing/simulated-agent';

export interface SealingAgent {
  readonly agent: SimulatedAgent;
  /** JWS, as it says it in each hello. */
  readonly announcement: string;
  greet(): Promise<'welcome' | 'bye'>;
  nextOrder(): Promise<RunStep>;
  open(order: Pick<RunStep, 'attemptId'>, jwe: string): Promise<string>;
}

export async function aSealingAgent(server: TestServer, name: string): Promise<SealingAgent> {
  const agent = await server.agent(name);
  const identity = createIdentity({ kind: 'agent', id: name });
  await server.database.query('UPDATE agents SET fingerprint = $2 WHERE id = $1', [name, identity.fingerprint]);
  agent.fingerprint = identity.fingerprint;
  const key: SealingKey = await createSealingKey();
  const announcement = await announceSealingKey(key, createSigner(identity.privateKeyPem));
  return {
    agent,
    announcement,
    greet: () => agent.greet({ sealingKey: announcement }),
    nextOrder: async () => {
      const commands = await server.commands(agent, 1);
      agent.received = commands.at(-1)?.seq ?? agent.received;
      const order = ordersOf(commands).at(-1);
      if (order === undefined) throw new Error('there is no order among the commands');
      return order;
    },
    open: ({ attemptId }, jwe) => openSecret({ jwe, keys: [key], context: attemptId }),
  };
}
