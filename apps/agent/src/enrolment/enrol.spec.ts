import { createApiKey, createInstallToken, parseInstallToken } from '@longshore/pinning';
import type { EnrolAnswer, Fingerprint } from '@longshore/protocol';
import { type AGateway, aGateway } from '../testing/a-gateway';
import { anAgentId } from '../testing/a-home';
import { AServerChain, aServerId, aServerKey } from '../testing/a-server-chain';
import { enrol } from './enrol';
import type { InstallOrder, InstallProof } from './install-order';

const apiKey = createApiKey().text;

async function theServer(chain: AServerChain, identity = chain.current, links: readonly string[] = chain.links) {
  const answer = (): Omit<EnrolAnswer, 'apiKey'> => ({
    ...{ agentId: anAgentId as EnrolAnswer['agentId'], state: 'approved', warning: null, serverId: aServerId },
    ...{ chainHead: chain.head, gateways: [], jms: null },
  });
  return aGateway({
    ...{ identity, chain: () => links },
    answers: {
      '/agent/v1/enrol': () => ({ status: 200, body: { ...answer(), apiKey: createApiKey().text } }),
      '/agent/v1/re-pin': () => ({ status: 200, body: answer() }),
    },
  });
}

const order = (
  { address }: AGateway,
  serverFingerprint: Fingerprint | null,
  proof: InstallProof = { by: 'approval' },
): InstallOrder => ({
  ...{ type: 'web', name: 'quay', gateways: [address], home: null, minTlsVersion: 'TLSv1.3' },
  ...{ proof, serverFingerprint },
});

describe('the first contact', () => {
  it('walks from the key that a token carries to the one that the server has now', async () => {
    const chain = await AServerChain.create();
    const text = createInstallToken({ serverFingerprint: chain.current.fingerprint, gateways: ['https://x:1'] }).text;
    const token = parseInstallToken(text);
    await chain.rotate();
    await chain.rotate();
    await using server = await theServer(chain);
    const { server: pin } = await enrol(order(server, token.serverFingerprint, { by: 'token', token }));
    expect(pin).toEqual(chain.pin);
    expect(server.requests).toMatchObject([{ body: { token: { id: token.tokenId, secret: token.secret } } }]);
  });

  it.each<[string, (chain: AServerChain, rogue: ReturnType<typeof aServerKey>) => Promise<readonly string[]>]>([
    ['the true chain', async ({ links }) => links],
    ['a chain that it forked with the stolen key', (chain, rogue) => chain.fork(rogue)],
    ['nothing', async () => []],
  ])('tells a rogue server nothing that hands out %s', async (_case, linksOf) => {
    const chain = await AServerChain.create();
    const [rogueKey, { fingerprint }] = [aServerKey(), chain.current];
    await using rogue = await theServer(chain, rogueKey, await linksOf(chain, rogueKey));
    await expect(enrol(order(rogue, fingerprint))).rejects.toMatchObject({ code: 'GATEWAY_PIN_REFUSED' });
    expect([rogue.bytes(), rogue.requests]).toEqual([0, []]);
  });

  it('pins without a fingerprint the first key that answers', async () => {
    const chain = await AServerChain.create();
    await using server = await theServer(chain);
    expect((await enrol(order(server, null))).server).toEqual(chain.pin);
    expect(server.chainsRead()).toBe(0);
  });

  it('refuses a statement about the key that does not fit it', async () => {
    const chain = await AServerChain.create();
    await using server = await theServer(chain, aServerKey());
    await expect(enrol(order(server, null))).rejects.toMatchObject({ code: 'CHAIN_HEAD_REFUSED' });
  });

  it('is a return when an API key is shown: under the id of before, with a key made here', async () => {
    const chain = await AServerChain.create();
    await using server = await theServer(chain);
    const enrolled = await enrol(order(server, chain.current.fingerprint, { by: 'api-key', apiKey }));
    expect(enrolled.answer).toMatchObject({ agentId: anAgentId, apiKey });
    expect(server.requests).toMatchObject([
      { path: '/agent/v1/re-pin', by: enrolled.identity.fingerprint, authorization: `Bearer ${apiKey}` },
    ]);
  });
});
