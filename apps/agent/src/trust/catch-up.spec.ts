import type { TrustAnswer } from '@longshore/protocol';
import { type AGateway, type GatewayAnswers, aGateway, refusal } from '../testing/a-gateway';
import { type InstalledHome, anInstalledHome } from '../testing/a-home';
import { AServerChain, aServerKey } from '../testing/a-server-chain';
import { CatchUp } from './catch-up';
import { ChainTrust } from './chain-trust';
import { openGateway } from './gateway-access';

const trustPath = '/agent/v1/trust';
const gatewaysToAdopt: string[] = [];

const trustOf = (chain: AServerChain): GatewayAnswers => ({
  [trustPath]: () => ({
    status: 200,
    body: { statements: [...chain.links], gateways: gatewaysToAdopt, jms: null } satisfies TrustAnswer,
  }),
});
const theServer = (chain: AServerChain, answers = trustOf(chain)): Promise<AGateway> =>
  aGateway({ identity: chain.current, chain: () => chain.links, answers });

async function anAgent(installed: InstalledHome, server: AGateway) {
  installed.configuration.change({ gateways: [server.address] });
  const events: string[] = [];
  const trust = await ChainTrust.open(installed.configuration, installed.secrets, {
    pinMoved: () => events.push('pin moved'),
    accessChanged: () => events.push('access changed'),
    gatewaysChanged: () => events.push('gateways changed'),
  });
  const { client } = openGateway(installed.configuration.current, installed.secrets, trust.isPinned);
  const moment = { nowMs: 0 };
  const catchUp = new CatchUp({ trust, client: async () => client, clock: () => moment.nowMs });
  return { trust, client, catchUp, events, moment };
}

describe('an agent that meets another key than its pin', () => {
  afterEach(() => gatewaysToAdopt.splice(0));

  it('follows two rotations that it missed, and asks the server what else is new', async () => {
    using installed = await anInstalledHome();
    const { chain } = installed;
    await chain.rotate();
    await chain.rotate();
    await using server = await theServer(chain);
    gatewaysToAdopt.push(server.address, 'https://127.0.0.1:1');
    const { trust, client, catchUp, events } = await anAgent(installed, server);
    await expect(client.ping()).rejects.toMatchObject({ code: 'GATEWAY_PIN_REFUSED' });
    expect(server.bytes()).toBe(0);
    expect(await catchUp.run('gateway-key')).toEqual({ result: 'learnt' });
    expect([trust.pins, events]).toEqual([[chain.current.fingerprint], ['pin moved', 'gateways changed']]);
    expect(installed.configuration.current).toMatchObject({ server: chain.pin, gateways: gatewaysToAdopt });
    expect(server.requests.map(({ path, by }) => [path, by])).toEqual([
      [trustPath, installed.secrets.identity.fingerprint],
    ]);
    await client.close();
  });

  it('follows no thief of the current key, and tells him nothing', async () => {
    using installed = await anInstalledHome();
    const { chain } = installed;
    const thief = aServerKey();
    const forked = await chain.fork(thief);
    await using rogue = await aGateway({ identity: thief, chain: () => forked, answers: trustOf(chain) });
    const { trust, client, catchUp, events } = await anAgent(installed, rogue);
    await expect(client.ping()).rejects.toMatchObject({ code: 'GATEWAY_PIN_REFUSED' });
    expect(await catchUp.run('gateway-key')).toEqual({ result: 'refused', reason: 'uncommitted-key' });
    await expect(client.ping()).rejects.toMatchObject({ code: 'GATEWAY_PIN_REFUSED' });
    expect([trust.pins, events]).toEqual([[chain.current.fingerprint], []]);
    expect(installed.configuration.current.server).toEqual(chain.pin);
    expect([rogue.chainsRead(), rogue.bytes(), rogue.requests]).toEqual([1, 0, []]);
    await client.close();
  });

  it.each<[string, (chain: AServerChain) => Promise<readonly string[]>, object]>([
    ['the true chain, in which he is not', async ({ links }) => links, { result: 'nothing-new' }],
    ['a chain of his own', async () => (await AServerChain.create()).links, { result: 'refused' }],
    ['an empty chain', async () => [], { result: 'unreachable' }],
    ['something that is no chain', async () => ['x', 'y'], { result: 'refused' }],
  ])('stays with its pin before a rogue that hands out %s', async (_case, chainOf, expected) => {
    using installed = await anInstalledHome();
    const links = await chainOf(installed.chain);
    await using rogue = await aGateway({ identity: aServerKey(), chain: () => links });
    const { trust, catchUp, client } = await anAgent(installed, rogue);
    expect(await catchUp.run('gateway-key')).toMatchObject(expected);
    expect([trust.pins, rogue.bytes()]).toEqual([[installed.chain.current.fingerprint], 0]);
    await client.close();
  });

  it('looks once for all who ask, and not again before a pause that grows while nothing comes of it', async () => {
    using installed = await anInstalledHome();
    await using rogue = await aGateway({ identity: aServerKey(), chain: () => installed.chain.links });
    const { catchUp, client, moment } = await anAgent(installed, rogue);
    const [one, other] = await Promise.all([catchUp.run('gateway-key'), catchUp.run('gateway-key')]);
    expect([one, other, rogue.chainsRead()]).toEqual([{ result: 'nothing-new' }, { result: 'nothing-new' }, 1]);
    let looks = 0;
    for (moment.nowMs = 0; moment.nowMs < 120_000; moment.nowMs += 500) {
      if ((await catchUp.run('gateway-key')).result === 'nothing-new') looks += 1;
    }
    expect(looks).toBeGreaterThan(3);
    expect(looks).toBeLessThan(15);
    await client.close();
  });

  it('says who does not want it, and what does not answer', async () => {
    using installed = await anInstalledHome();
    const answers = { [trustPath]: () => refusal(401, 'AGENT_UNKNOWN') };
    let catchUp: CatchUp;
    {
      await using server = await theServer(installed.chain, answers);
      const agent = await anAgent(installed, server);
      catchUp = agent.catchUp;
      expect(await catchUp.run('broker')).toMatchObject({ result: 'denied', refusal: { reason: 'AGENT_UNKNOWN' } });
      agent.client.closeConnections();
    }
    expect(await catchUp.run('broker')).toMatchObject({ result: 'unreachable' });
  });

  it('honours its floor of TLS, for the chain as well', async () => {
    using installed = await anInstalledHome();
    await installed.chain.rotate();
    const { chain } = installed;
    await using server = await aGateway({
      ...{ identity: chain.current, chain: () => chain.links, answers: trustOf(chain) },
      onlyTls12: true,
    });
    const strict = await anAgent(installed, server);
    expect(await strict.catchUp.run('gateway-key')).toMatchObject({ result: 'unreachable' });
    expect([server.chainsRead(), server.bytes()]).toEqual([0, 0]);
    installed.configuration.change({ minTlsVersion: 'TLSv1.2' });
    const lenient = await anAgent(installed, server);
    expect(await lenient.catchUp.run('gateway-key')).toEqual({ result: 'learnt' });
    await Promise.all([strict.client.close(), lenient.client.close()]);
  });
});
