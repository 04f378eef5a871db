import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrivateBroker } from '@longshore/embedded';
import { BrokerDialler, type BrokerLogin } from '@longshore/jms-wire';
import {
  createCertificateAuthority,
  createIdentity,
  fingerprintOfCertificate,
  type Identity,
  brokerPasswordOf,
  parseApiKey,
} from '@longshore/pinning';
import {
  type EnrolAnswer,
  enrolAnswerSchema,
  gatewayPaths,
  type JmsAccess,
  trustAnswerSchema,
} from '@longshore/protocol';
import type { ServerFacts } from '@longshore/rest-contract';
import { useDatabases } from '@longshore/testing';
import { aServer, type AServer, freePort, parse } from '../testing/a-server';
import { anAgentKey, anEnrolment } from '../testing/an-enrolment';

const aDatabase = useDatabases();
jest.setTimeout(60_000);

const nodeIdentity = createIdentity({ kind: 'broker', id: 'node' });
let folder: string;
let broker: PrivateBroker;
let server: AServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-mutual-'));
  const authority = createCertificateAuthority();
  mkdirSync(join(folder, 'data/agent-ca'), { recursive: true });
  writeFileSync(join(folder, 'data/agent-ca/authority.json'), JSON.stringify(authority));
  const [adminUser, adminPassword, vhost] = ['longshore-server', 'secret-of-this-test', 'longshore'];
  broker = await PrivateBroker.start({
    ...{ folder: join(folder, 'broker'), amqpsPort: await freePort(), adminUser, adminPassword, vhost },
    ...{ agentCaPem: authority.certificatePem, log: () => undefined },
    certificatePem: nodeIdentity.certificatePem,
    privateKeyPem: nodeIdentity.privateKeyPem,
  });
  const credential = `${adminUser}:${adminPassword}@`;
  server = await aServer(await aDatabase(), {
    LONGSHORE_DATA: join(folder, 'data'),
    BROKER_URL: `amqps://${credential}127.0.0.1:${broker.amqpsPort}/${vhost}`,
    BROKER_MANAGEMENT_URL: broker.managementUrl.replace('http://', `http://${credential}`),
    BROKER_FINGERPRINTS: nodeIdentity.fingerprint,
  });
  await untilTrue(async () => {
    const { broker: state } = parse<ServerFacts>((await server.asAdmin('/api/v1/server')).text);
    return state.state === 'connected';
  });
}, 300_000);
afterAll(async () => {
  await server?.stop();
  await broker?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function untilTrue(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 30_000; !(await isSo());) {
    if (performance.now() > end) throw new Error('it never became so');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

interface EnrolledAgent {
  readonly identity: Identity;
  readonly answer: EnrolAnswer;
}

async function enrol(name: string): Promise<EnrolledAgent> {
  const identity = anAgentKey();
  const { text } = await server.asAdmin('/api/v1/install-tokens', { method: 'POST', body: { type: 'jms' } });
  const body = await anEnrolment(identity, { name, type: 'jms', token: parse<{ token: string }>(text).token });
  const answered = await server.ask('agents', gatewayPaths.enrol, { method: 'POST', body, identity });
  return { identity, answer: enrolAnswerSchema.parse(JSON.parse(answered.text)) };
}

async function accessOf({ identity, answer: { apiKey } }: EnrolledAgent): Promise<JmsAccess> {
  const answered = await server.ask('agents', gatewayPaths.trust, { identity, apiKey });
  const { jms } = trustAnswerSchema.parse(JSON.parse(answered.text));
  if (jms === null) throw new Error('no way to the broker');
  return jms;
}

function dial({ identity, answer }: EnrolledAgent, { user, vhost, clientCertificate }: JmsAccess) {
  const login: BrokerLogin =
    clientCertificate === null
      ? { by: 'password', password: brokerPasswordOf(parseApiKey(answer.apiKey).secret) }
      : { by: 'certificate', certificatePem: clientCertificate, privateKeyPem: identity.privateKeyPem };
  const address = { host: '127.0.0.1', port: broker.amqpsPort, fingerprints: [nodeIdentity.fingerprint] };
  return new BrokerDialler({ brokers: [address], credential: { user, vhost, login } }).dial();
}

const refused = { code: 'BROKER_ACCESS_REFUSED' };

/** Changes something while the agent is connected; answers its new access. */
async function changeWhileOpen(agent: EnrolledAgent, change: () => Promise<{ readonly status: number }>) {
  const before = await accessOf(agent);
  const open = await dial(agent, before);
  const began = performance.now();
  expect((await change()).status).toBeLessThan(300);
  await open.ended;
  expect(performance.now() - began).toBeLessThan(1_000);
  await expect(dial(agent, before)).rejects.toMatchObject(refused);
  return accessOf(agent);
}

describe('mutual authentication to the broker', () => {
  it('is set per agent, holds at once, and is learnt from the server', async () => {
    const agent = await enrol('queue-1');
    expect(agent.answer.jms?.clientCertificate).toBeNull();
    const set = (mutualAuthentication: boolean) => () =>
      server.asAdmin('/api/v1/agents/queue-1', { method: 'PATCH', body: { mutualAuthentication } });
    const mutual = await changeWhileOpen(agent, set(true));
    expect(fingerprintOfCertificate(mutual.clientCertificate ?? '')).toBe(agent.identity.fingerprint);
    await (await dial(agent, mutual)).close();
    await expect(dial(agent, { ...mutual, clientCertificate: null })).rejects.toMatchObject(refused);
    const back = await changeWhileOpen(agent, set(false));
    expect(back.clientCertificate).toBeNull();
    await (await dial(agent, back)).close();
  });

  it('is set for all by the policy, for those who are there and those who come', async () => {
    const agent = await enrol('queue-2');
    const set = (mutualAuthenticationForAll: boolean) => () =>
      server.asAdmin('/api/v1/security-policy', { method: 'PATCH', body: { mutualAuthenticationForAll } });
    const mutual = await changeWhileOpen(agent, set(true));
    await (await dial(agent, mutual)).close();
    const newcomer = await enrol('queue-3');
    expect(newcomer.answer.jms?.clientCertificate).toMatch(/^-----BEGIN CERTIFICATE/);
    await (await dial(newcomer, newcomer.answer.jms ?? mutual)).close();
    await set(false)();
  });

  it('ends with the agent: its certificate opens nothing', async () => {
    const agent = await enrol('queue-4');
    const mutual = await changeWhileOpen(agent, () =>
      server.asAdmin('/api/v1/agents/queue-4', { method: 'PATCH', body: { mutualAuthentication: true } }),
    );
    const open = await dial(agent, mutual);
    await server.asAdmin('/api/v1/agents/queue-4', { method: 'DELETE' });
    await open.ended;
    await expect(dial(agent, mutual)).rejects.toMatchObject(refused);
  });
});
