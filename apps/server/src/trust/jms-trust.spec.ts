/** Forgetting, API keys and moves of JMS agents, each against a live AMQP connection to a real broker. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrivateBroker } from '@longshore/embedded';
import { agentQueueOf, BrokerDialler, type BrokerLogin } from '@longshore/jms-wire';
import {
  brokerPasswordOf,
  createCertificateAuthority,
  createIdentity,
  type Identity,
  parseApiKey,
} from '@longshore/pinning';
import { agentIdSchema, gatewayPaths, type JmsAccess, rePinAnswerSchema, trustAnswerSchema } from '@longshore/protocol';
import type { IssuedApiKey, ServerFacts } from '@longshore/rest-contract';
import { useDatabases } from '@longshore/testing';
import { anAgent, aToken } from '../testing/an-agent';
import { aServer, type AServer, freePort, parse } from '../testing/a-server';
import { anAgentKey, anEnrolment } from '../testing/an-enrolment';
import { eventually } from '../testing/eventually';

const aDatabase = useDatabases();
const broken = { code: 'BROKER_ACCESS_REFUSED' };
const [adminUser, adminPassword, vhost] = ['longshore-server', 'secret-of-this-test', 'longshore'];

describe('the trust in JMS agents', () => {
  const node = createIdentity({ kind: 'broker', id: 'node' });
  let folder: string;
  let broker: PrivateBroker;
  let server: AServer;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'longshore-jms-trust-'));
    const authority = createCertificateAuthority();
    mkdirSync(join(folder, 'data/agent-ca'), { recursive: true });
    writeFileSync(join(folder, 'data/agent-ca/authority.json'), JSON.stringify(authority));
    broker = await PrivateBroker.start({
      ...{ folder: join(folder, 'broker'), amqpsPort: await freePort(), adminUser, adminPassword, vhost },
      ...{ agentCaPem: authority.certificatePem, log: () => undefined },
      certificatePem: node.certificatePem,
      privateKeyPem: node.privateKeyPem,
    });
    const credential = `${adminUser}:${adminPassword}@`;
    server = await aServer(await aDatabase(), {
      LONGSHORE_DATA: join(folder, 'data'),
      BROKER_URL: `amqps://${credential}127.0.0.1:${broker.amqpsPort}/${vhost}`,
      BROKER_MANAGEMENT_URL: broker.managementUrl.replace('http://', `http://${credential}`),
      BROKER_FINGERPRINTS: node.fingerprint,
    });
    const stateOf = async () => parse<ServerFacts>((await server.asAdmin('/api/v1/server')).text).broker.state;
    await eventually(stateOf, (state) => state === 'connected', 30_000);
  }, 300_000);
  afterAll(async () => {
    await server?.stop();
    await broker?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  interface Shown {
    readonly identity: Identity;
    readonly apiKey: string;
  }
  const dialAs = (user: string, login: BrokerLogin) => {
    const address = { host: '127.0.0.1', port: broker.amqpsPort, fingerprints: [node.fingerprint] };
    return new BrokerDialler({ brokers: [address], credential: { user, vhost, login } }).dial();
  };
  const dial = ({ identity, apiKey }: Shown, { user, clientCertificate }: JmsAccess) =>
    dialAs(
      user,
      clientCertificate === null
        ? { by: 'password', password: brokerPasswordOf(parseApiKey(apiKey).secret) }
        : { by: 'certificate', certificatePem: clientCertificate, privateKeyPem: identity.privateKeyPem },
    );
  const accessOf = async (shown: Shown): Promise<JmsAccess> => {
    const { jms } = trustAnswerSchema.parse(
      JSON.parse((await server.ask('agents', gatewayPaths.trust, { ...shown })).text),
    );
    if (jms === null) throw new Error('no way to the broker');
    return jms;
  };
  const aJmsAgent = async (name: string) =>
    anAgent(server, { name, type: 'jms', token: await aToken(server, { type: 'jms' }) });
  const rePin = async (identity: Identity, apiKey: string) => {
    const { type, sealingKey, facts } = await anEnrolment(identity, { type: 'jms' });
    const body = { type, sealingKey, facts };
    const { text } = await server.ask('agents', gatewayPaths.rePin, { method: 'POST', body, identity, apiKey });
    return rePinAnswerSchema.parse(JSON.parse(text));
  };
  /** Resolves when it has ended what was open and opens nothing any more. */
  const endsWhatIsOpen = async (shown: Shown, deed: () => Promise<unknown>): Promise<void> => {
    const access = await accessOf(shown);
    const open = await dial(shown, access);
    const beganAt = performance.now();
    await deed();
    await open.ended;
    expect(performance.now() - beganAt).toBeLessThan(1_000);
    await expect(dial(shown, access)).rejects.toMatchObject(broken);
  };

  it.each([false, true])(
    'forgets a certificate (mutual: %s): another key comes in, the old one never',
    async (mutual) => {
      const name = `forgotten-${mutual}`;
      const { identity, apiKey } = await aJmsAgent(name);
      const body = { mutualAuthentication: mutual };
      await server.asAdmin(`/api/v1/agents/${name}`, { method: 'PATCH', body });
      const former = await accessOf({ identity, apiKey });
      const forget = () => server.asAdmin(`/api/v1/agents/${name}/forget-certificate`, { method: 'POST' });
      await endsWhatIsOpen({ identity, apiKey }, forget);

      const queue = agentQueueOf(agentIdSchema.parse(name));
      const admin = await dialAs(adminUser, { by: 'password', password: adminPassword });
      const channel = await admin.openConfirmChannel();
      await new Promise((resolve) => channel.sendToQueue(queue, Buffer.from('for the journal before'), {}, resolve));
      const fresh = anAgentKey();
      const { jms } = await rePin(fresh, apiKey);
      if (jms === null) throw new Error('no way to the broker');
      expect((await channel.checkQueue(queue)).messageCount).toBe(0);
      await admin.close();
      await (await dial({ identity: fresh, apiKey }, jms)).close();
      if (mutual) await expect(dial({ identity, apiKey }, former)).rejects.toMatchObject(broken);
      expect((await server.ask('agents', gatewayPaths.ping, { identity, apiKey })).status).toBe(401);
    },
    30_000,
  );

  it('issues and revokes API keys', async () => {
    const { identity, apiKey } = await aJmsAgent('keyed');
    let issued: IssuedApiKey | null = null;
    await endsWhatIsOpen({ identity, apiKey }, async () => {
      issued = parse<IssuedApiKey>((await server.asAdmin('/api/v1/agents/keyed/api-key', { method: 'POST' })).text);
    });
    const next = { identity, apiKey: (issued as IssuedApiKey | null)?.apiKey ?? '' };
    await (await dial(next, await accessOf(next))).close();
    await endsWhatIsOpen(next, () => server.asAdmin('/api/v1/agents/keyed/api-key', { method: 'DELETE' }));
  }, 30_000);
});
