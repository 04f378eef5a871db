import { serverIdSchema } from '@longshore/protocol';
import { createSigner, type Signer } from './compact-signature';
import { createIdentity } from './identity';
import { readChain } from './read-chain';
import { createChainHead, createChainMove } from './rotation-chain';

const aSigner = (): Signer => createSigner(createIdentity({ kind: 'server', id: 's1' }).privateKeyPem);
const serverId = serverIdSchema.parse('6f1b3c9e-2f53-4a0f-9d6e-0a4f2c1b7e11');

it('reads a chain link by link, and none that does not hold together', async () => {
  const [a, b, c, thief] = [aSigner(), aSigner(), aSigner(), aSigner()];
  const head = await createChainHead({ serverId, signer: a, nextCommitment: b.fingerprint });
  const [first] = await readChain([head]);
  const statement = { serverId, index: 0, current: a.fingerprint, nextCommitment: b.fingerprint };
  expect(first).toEqual(statement);
  const move = await createChainMove({ from: { statement, signer: a }, to: b, nextCommitment: c.fingerprint });
  expect((await readChain([head, move])).map(({ current }) => current)).toEqual([a.fingerprint, b.fingerprint]);

  const stolen = await createChainMove({
    from: { statement, signer: a },
    to: thief,
    nextCommitment: thief.fingerprint,
  });
  for (const broken of [[], ['noise'], [head, stolen], [head, head], [head, move, 'noise']])
    await expect(readChain(broken)).rejects.toMatchObject({ code: 'SIGNATURE_REFUSED' });
});
