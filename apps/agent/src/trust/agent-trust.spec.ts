import { type JmsAccess, LongshoreError, type PinRefused, type Welcome, timeouts } from '@longshore/protocol';
import type { SessionEnd } from '@longshore/agent-runtime';
import { type GatewayAnswers, aGateway, refusal } from '../testing/a-gateway';
import { type HomeWish, anAgentId, anInstalledHome } from '../testing/a-home';
import { aBrokerKey, aJmsAccess } from '../testing/a-jms-access';
import { aServerId, aServerKey } from '../testing/a-server-chain';
import { openTrust } from '../monitor/open-trust';
import { readNextIdentity, writeNextIdentity } from './identity-files';
import { createIdentity } from '@longshore/pinning';
import { certifyAgent } from './certify-agent';

const closedWithoutAWord: SessionEnd = { end: 'unreachable', reason: 'closed', cause: new Error('closed') };
const forgotten: SessionEnd = { end: 'bye', reason: 'forgotten', text: '', retryAfterMs: null };
const stranger = aServerKey().fingerprint;

async function anAgent(answers: GatewayAnswers, wish: HomeWish = {}) {
  const installed = await anInstalledHome(wish);
  const { chain, configuration, home, enrolled } = installed;
  const gateway = await aGateway({ identity: chain.current, chain: () => chain.links, answers });
  configuration.change({ gateways: [gateway.address] });
  const changes: string[] = [];
  const opened = await openTrust({ home, configuration, changed: (what) => changes.push(what) });
  return {
    ...{ installed, changes, home, configuration, enrolled },
    ...opened,
    requests: gateway.requests,
    paths: () => gateway.requests.map(({ path }) => path),
    async [Symbol.asyncDispose]() {
      await (await opened.gateway()).client.close();
      await gateway[Symbol.asyncDispose]();
      installed[Symbol.dispose]();
    },
  };
}

const unknown = () => refusal(401, 'AGENT_UNKNOWN');
const rePinAnswer = {
  ...{ agentId: anAgentId, state: 'approved', warning: null, serverId: aServerId, chainHead: 'x' },
  ...{ gateways: [], jms: null },
};

describe('an agent whose session does not come about', () => {
  it('lets a server rest that it does not reach', async () => {
    await using agent = await anAgent({});
    await using nobody = await aGateway({ identity: aServerKey() });
    agent.configuration.change({ gateways: [nobody.address] });
    const { client } = await agent.gateway();
    const mismatch = await client.ping().catch((cause: unknown) => cause);
    expect(await agent.trust.lookInto({ end: 'unreachable', reason: '', cause: { cause: mismatch } })).toBeNull();
    expect(await agent.trust.lookInto({ end: 'lost', reason: 'reset' })).toBeNull();
  });

  it('finds nothing where the other leg is well', async () => {
    await using agent = await anAgent({ '/agent/v1/ping': () => ({ status: 204 }) });
    expect(await agent.trust.lookInto(closedWithoutAWord)).toBeNull();
    expect(agent.paths()).toEqual(['/agent/v1/ping']);
  });

  it.each(['AGENT_UNKNOWN', 'PIN_FORGOTTEN', 'PIN_REFUSED'])(
    'comes back with its own key when the operator has allowed that, and shows both its keys: %s',
    async (code) => {
      await using agent = await anAgent({
        '/agent/v1/ping': () => refusal(401, code),
        '/agent/v1/re-pin': () => ({ status: 200, body: rePinAnswer }),
      });
      expect(await agent.trust.lookInto(closedWithoutAWord)).toEqual({ finding: 'cured' });
      const [, asked] = agent.requests;
      expect(asked).toMatchObject({
        by: agent.enrolled.identity.fingerprint,
        authorization: `Bearer ${agent.enrolled.answer.apiKey}`,
        body: { type: 'web' },
      });
    },
  );

  it.each([
    [403, 'PIN_FORGOTTEN_KEY', '--new-key'],
    [403, 'FORGET_EXPIRED', 'forget the pin once more'],
    [401, 'API_KEY_REFUSED', 'set-api-key'],
    [409, 'PIN_NOT_FORGOTTEN', 'another key'],
  ])('says in words why it may not: %i %s', async (status, code, hint) => {
    await using agent = await anAgent({ '/agent/v1/re-pin': () => refusal(status, code) });
    const found = await agent.trust.lookInto(forgotten);
    expect(found).toMatchObject({ finding: 'refused', problem: expect.stringContaining(code) as string });
    expect(JSON.stringify(found)).toContain(hint);
    expect(JSON.stringify(found)).not.toContain(agent.enrolled.answer.apiKey);
  });

  it('does not ask to be pinned when only its API key is refused', async () => {
    await using agent = await anAgent({ '/agent/v1/ping': () => refusal(401, 'API_KEY_REFUSED') });
    expect(await agent.trust.lookInto(closedWithoutAWord)).toMatchObject({
      finding: 'refused',
      problem: expect.stringContaining('API_KEY_REFUSED') as string,
    });
    expect(agent.paths()).toEqual(['/agent/v1/ping']);
  });

  it('takes the key that waits when it is that one which the server knows', async () => {
    const next = createIdentity({ kind: 'agent', id: anAgentId });
    await using agent = await anAgent({
      '/agent/v1/ping': ({ by }) => (by === next.fingerprint ? { status: 204 } : unknown()),
    });
    writeNextIdentity(agent.home, next);
    expect(await agent.trust.lookInto(closedWithoutAWord)).toEqual({ finding: 'cured' });
    expect([agent.secrets.identity.fingerprint, agent.changes]).toEqual([next.fingerprint, ['credentials']]);
    expect(readNextIdentity(agent.home, certifyAgent(anAgentId))).toBeNull();
    // Its HTTPS leg shows the new key from now on.
    await (await agent.gateway()).client.ping();
    expect(agent.requests.at(-1)?.by).toBe(next.fingerprint);
  });
});

describe('another key where the pinned one was expected', () => {
  const refused = (presented: PinRefused['presented']): PinRefused => ({
    ...{ leg: 'https', address: '127.0.0.1:7919', expected: [stranger], presented },
  });

  it('is nothing to report when the chain accounts for it', async () => {
    const trustAnswer = { statements: [] as string[], gateways: [], jms: null };
    await using agent = await anAgent({ '/agent/v1/trust': () => ({ status: 200, body: trustAnswer }) });
    await agent.installed.chain.rotate();
    trustAnswer.statements.push(...agent.installed.chain.links);
    expect(await agent.trust.isProven(refused(agent.installed.chain.current.fingerprint))).toBe(true);
    expect([agent.trust.pinProblem, agent.changes]).toEqual([null, ['pin']]);
    expect(agent.trust.describe().pins).toEqual([agent.installed.chain.current.fingerprint]);
  });

  it('is a problem with both fingerprints when it does not', async () => {
    await using agent = await anAgent({});
    const presented = aServerKey().fingerprint;
    expect(await agent.trust.isProven(refused(presented))).toBe(false);
    expect(agent.trust.pinProblem).toContain(presented);
    expect(agent.trust.pinProblem).toContain(stranger);
    expect(agent.trust.describe().pins).toEqual([agent.installed.chain.current.fingerprint]);
    expect(agent.paths()).toEqual([]);
  });
});

describe('a broker that an agent does not come to', () => {
  class BrokerRefused extends LongshoreError {
    constructor() {
      super('BROKER_ACCESS_REFUSED', 'retry', 'the broker refused the user');
    }
  }
  const refusedByBroker: SessionEnd = { end: 'unreachable', reason: '403', cause: new BrokerRefused() };
  const aJmsAgent = async () => {
    const given: { jms: JmsAccess | null } = { jms: null };
    const agent = await anAgent(
      {
        '/agent/v1/trust': () => ({
          status: 200,
          body: { statements: agent.installed.chain.links, gateways: [], jms: given.jms },
        }),
      },
      { jms: aJmsAccess },
    );
    given.jms = agent.configuration.current.jms;
    return Object.assign(agent, { given });
  };

  it('has another key by the word of the server, or is a rogue', async () => {
    await using agent = await aJmsAgent();
    const [old, presented] = [aBrokerKey(), aBrokerKey()];
    const refused: PinRefused = { leg: 'amqp', address: 'broker:7918', expected: [old], presented };
    agent.given.jms = await aJmsAccess(agent.installed.chain, { fingerprint: presented });
    expect(await agent.trust.isProven(refused)).toBe(true);
    expect([agent.changes, agent.trust.pinProblem]).toEqual([['access'], null]);
    expect(await agent.trust.isProven({ ...refused, presented: aBrokerKey() })).toBe(false);
    expect(agent.trust.pinProblem).toContain('amqp broker:7918');
  });

  it('wants another login, which the server gives, or says no for a reason that only time knows', async () => {
    await using agent = await aJmsAgent();
    agent.given.jms = { ...(await aJmsAccess(agent.installed.chain)), user: 'a.quay-7.other' };
    expect(await agent.trust.lookInto(refusedByBroker)).toEqual({ finding: 'cured' });
    expect(agent.configuration.current.jms?.user).toBe('a.quay-7.other');
    expect(await agent.trust.lookInto(refusedByBroker)).toEqual({ finding: 'refused', problem: '403' });
    const broken = { end: 'unreachable', reason: 'reset', cause: new Error('reset') } as const;
    expect(await agent.trust.lookInto(broken)).toBeNull();
  });
});

describe('a welcome', () => {
  const welcome = (identity: Welcome['configuration']['identity']): Welcome => ({
    ...{ helloId: '' as never, grant: { epoch: 1, nonce: '' }, received: {} as never, held: {} as never },
    ...{ attempts: [], statements: [], brokers: null, reconnectSlotMs: 0 },
    configuration: { heartbeatMs: timeouts.heartbeatMs, maxParallel: null, identity },
  });

  it('has the key rotated, and one that waited dropped when no other is wished', async () => {
    await using agent = await anAgent({
      '/agent/v1/identity': () => ({ status: 200, body: { jms: null } }),
      '/agent/v1/ping': unknown,
    });
    const before = agent.secrets.identity.fingerprint;
    await agent.trust.learn(welcome('rotate-key'));
    expect(agent.secrets.identity.fingerprint).not.toBe(before);
    expect(agent.changes).toEqual(['credentials']);
    writeNextIdentity(agent.home, createIdentity({ kind: 'agent', id: anAgentId }));
    await agent.trust.learn(welcome('keep'));
    expect(readNextIdentity(agent.home, certifyAgent(anAgentId))).toBeNull();
  });
});
