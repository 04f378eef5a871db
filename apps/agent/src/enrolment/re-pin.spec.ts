import { readAgentConfiguration } from '@longshore/agent-runtime';
import { type GatewayAnswer, aGateway, refusal } from '../testing/a-gateway';
import { anAgentId, anInstalledHome } from '../testing/a-home';
import { aServerId } from '../testing/a-server-chain';
import { readIdentity, readNextIdentity } from '../trust/identity-files';
import { rePin } from './re-pin';
import { certifyAgent } from '../trust/certify-agent';

async function aForgottenAgent(answer: (chainHead: string) => GatewayAnswer) {
  const installed = await anInstalledHome();
  const { chain, home, configuration } = installed;
  await chain.rotate();
  const gateway = await aGateway({
    ...{ identity: chain.current, chain: () => chain.links },
    answers: { '/agent/v1/re-pin': () => answer(chain.head) },
  });
  configuration.change({ gateways: [gateway.address] });
  return {
    ...{ installed, gateway, home, before: installed.secrets.identity.fingerprint },
    own: () => readIdentity(home, certifyAgent(anAgentId)).fingerprint,
    next: () => readNextIdentity(home, certifyAgent(anAgentId)),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      installed[Symbol.dispose]();
    },
  };
}

const pinned = (chainHead: string): GatewayAnswer => ({
  status: 200,
  body: {
    ...{ agentId: anAgentId, state: 'approved', warning: null, serverId: aServerId, chainHead },
    ...{ gateways: ['https://new:1'], jms: null },
  },
});

describe('an agent that comes back to its own home', () => {
  it('takes a new key, and learns where its server stands now', async () => {
    await using agent = await aForgottenAgent(pinned);
    const { fingerprint } = await rePin(agent.home, { newKey: true });
    expect([agent.own(), agent.next()]).toEqual([fingerprint, null]);
    expect(fingerprint).not.toBe(agent.before);
    expect(agent.gateway.requests).toMatchObject([
      { by: fingerprint, authorization: `Bearer ${agent.installed.secrets.apiKey}` },
    ]);
    expect(readAgentConfiguration(agent.home.configuration)).toMatchObject({
      server: agent.installed.chain.pin,
      gateways: ['https://new:1'],
    });
  });

  it('keeps its key where that is allowed', async () => {
    await using agent = await aForgottenAgent(pinned);
    expect((await rePin(agent.home, { newKey: false })).fingerprint).toBe(agent.before);
    expect(agent.own()).toBe(agent.before);
  });

  it('keeps its key where the new one is refused', async () => {
    await using agent = await aForgottenAgent(() => refusal(403, 'KEY_REJECTED'));
    await expect(rePin(agent.home, { newKey: true })).rejects.toMatchObject({ reason: 'KEY_REJECTED' });
    expect([agent.own(), agent.next()]).toEqual([agent.before, null]);
  });

  it('keeps the new key beside the old one while nobody has answered, and shows the same again', async () => {
    await using agent = await aForgottenAgent(() => ({ status: 503 }));
    for (const _time of [1, 2]) {
      await expect(rePin(agent.home, { newKey: true })).rejects.toMatchObject({ code: 'GATEWAY_UNREACHABLE' });
      expect(agent.own()).toBe(agent.before);
    }
    const [first, second] = agent.gateway.requests;
    expect([agent.next()?.fingerprint, second?.by]).toEqual([first?.by, first?.by]);
  });
});
