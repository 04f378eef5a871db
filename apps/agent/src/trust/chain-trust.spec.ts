import {
  createChainHead,
  createChainMove,
  createIdentity,
  createSealingKey,
  createSigner,
  verifyChain,
} from '@longshore/pinning';
import type { AgentConfigurationFile } from '@longshore/agent-runtime';
import { agentIdSchema } from '@longshore/protocol';
import { aServerId } from '../testing/an-enrolled';
import { ChainTrust } from './chain-trust';
import { ServerKeyUnreadableError, serverVerifier } from './server-verifier';

const aServer = () => createIdentity({ kind: 'server', id: 's' });
const [first, second, third, stranger] = [aServer(), aServer(), aServer(), aServer()];
const signerOf = ({ privateKeyPem }: typeof first) => createSigner(privateKeyPem);

async function open() {
  const chainHead = await createChainHead({
    serverId: aServerId,
    signer: signerOf(first),
    nextCommitment: second.fingerprint,
  });
  const id = agentIdSchema.parse('quay');
  const configuration: AgentConfigurationFile = {
    ...{ homeVersion: 1, id, name: id, type: 'web', serverId: aServerId, gateways: ['https://a:1'], jms: null },
    ...{ maxParallel: null, server: { current: first.fingerprint, next: second.fingerprint, chainHead } },
  };
  const identity = createIdentity({ kind: 'agent', id: 'quay' });
  const changes: { configuration: AgentConfigurationFile; pinMoved: boolean }[] = [];
  const trust = await ChainTrust.open(
    configuration,
    { identity, sealingKeys: [await createSealingKey()], apiKey: '' },
    { changed: (changed, pinMoved) => changes.push({ configuration: changed, pinMoved }), brokers: () => undefined },
  );
  return { trust, changes, chainHead };
}

describe('what an agent holds of its server', () => {
  it('begins with the pinned key, also for signed messages', async () => {
    const { trust, chainHead } = await open();
    expect(trust.isPinned(first.fingerprint).verdict).toBe('match');
    expect(trust.isPinned(stranger.fingerprint).verdict).toBe('mismatch');
    expect(trust.serverKeys[0]?.fingerprint).toBe(first.fingerprint);
    expect(() => serverVerifier(chainHead, stranger.fingerprint)).toThrow(ServerKeyUnreadableError);
  });

  it('moves to the committed key and no other', async () => {
    const { trust, changes, chainHead } = await open();
    const verdict = await verifyChain({ fingerprint: first.fingerprint }, [chainHead]);
    if (verdict.verdict !== 'verified') throw new Error(verdict.reason);
    const from = { statement: verdict.statement, signer: signerOf(first) };
    const foreign = await createChainMove({ from, to: signerOf(stranger), nextCommitment: third.fingerprint });
    await expect(trust.learn({ statements: [foreign], brokers: null })).rejects.toThrow('uncommitted-key');
    expect(trust.pins).toEqual([first.fingerprint]);

    const move = await createChainMove({ from, to: signerOf(second), nextCommitment: third.fingerprint });
    await trust.learn({ statements: [move], brokers: null });
    expect(trust.pins).toEqual([second.fingerprint]);
    expect(trust.serverKeys[0]?.fingerprint).toBe(second.fingerprint);
    expect(changes).toMatchObject([{ pinMoved: true, configuration: { server: { next: third.fingerprint } } }]);
  });
});
