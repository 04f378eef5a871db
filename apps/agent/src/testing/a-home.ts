/** The home of an installed agent in a temporary folder, for the server of a chain; removed when it is disposed of. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentHome } from '@longshore/agent-runtime';
import type { JmsAccess } from '@longshore/protocol';
import { writeHome } from '../enrolment/install-home';
import type { Enrolled } from '../enrolment/enrol';
import { AgentSecrets } from '../trust/agent-secrets';
import { KeptConfiguration } from '../trust/kept-configuration';
import { AServerChain } from './a-server-chain';
import { anEnrolled } from './an-enrolled';
import { certifyAgent } from '../trust/certify-agent';

export interface InstalledHome extends Disposable {
  readonly home: AgentHome;
  readonly chain: AServerChain;
  readonly enrolled: Enrolled;
  readonly configuration: KeptConfiguration;
  readonly secrets: AgentSecrets;
}

export interface HomeWish {
  readonly gateways?: readonly string[];
  readonly jms?: (server: AServerChain) => Promise<JmsAccess>;
  readonly chain?: AServerChain;
}

export const anAgentId = 'quay-7';

export async function anInstalledHome({ gateways, jms, chain: given }: HomeWish = {}): Promise<InstalledHome> {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-agent-'));
  const chain = given ?? (await AServerChain.create());
  const enrolled = await anEnrolled(anAgentId, chain);
  const type = jms === undefined ? 'web' : 'jms';
  const answer = {
    ...enrolled.answer,
    ...(gateways === undefined ? {} : { gateways: [...gateways] }),
    jms: (await jms?.(chain)) ?? null,
  };
  const order = { type, gateways: answer.gateways, minTlsVersion: 'TLSv1.3' } as const;
  const home = writeHome(join(folder, 'home'), order, { ...enrolled, answer });
  return {
    ...{ home, chain, enrolled },
    configuration: new KeptConfiguration(home.configuration),
    secrets: new AgentSecrets(home, certifyAgent(anAgentId)),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
