import { serverIdSchema } from '@longshore/protocol';
import { createSigner, type Signer } from './compact-signature';
import { createIdentity } from './identity';
import { createChainHead, createChainMove, verifyChain, type ChainPin, type ChainStatement } from './rotation-chain';
import { signStatement } from './signed-statement';

const aSigner = (): Signer => createSigner(createIdentity({ kind: 'server', id: 's1' }).privateKeyPem);
const serverId = serverIdSchema.parse('6f1b3c9e-2f53-4a0f-9d6e-0a4f2c1b7e11');
const otherServerId = serverIdSchema.parse('0b0e7d0a-74a2-4a9b-8a44-3f2f5d8f9c22');

describe('the rotation chain', () => {
  const keys = Array.from({ length: 5 }, aSigner);
  const key = (n: number): Signer => keys[n] ?? aSigner();
  const thief = aSigner();
  const statementAt = (index: number): ChainStatement => ({
    serverId,
    index,
    current: key(index).fingerprint,
    nextCommitment: key(index + 1).fingerprint,
  });
  const pinAt = (index: number): Required<ChainPin> => ({
    fingerprint: key(index).fingerprint,
    nextCommitment: key(index + 1).fingerprint,
  });
  let links: string[] = [];

  beforeAll(async () => {
    links = [await createChainHead({ serverId, signer: key(0), nextCommitment: key(1).fingerprint })];
    for (const index of [1, 2, 3]) {
      const from = { statement: statementAt(index - 1), signer: key(index - 1) };
      links.push(await createChainMove({ from, to: key(index), nextCommitment: key(index + 1).fingerprint }));
    }
  });

  it.each([0, 1, 2, 3])('leads from the pin of link %i to the newest key', async (index) => {
    const newest = { verdict: 'verified', statement: statementAt(3) };
    expect(await verifyChain(pinAt(index), links)).toEqual(newest);
    expect(await verifyChain({ fingerprint: pinAt(index).fingerprint }, links)).toEqual(newest);
    expect(await verifyChain(pinAt(index), links.slice(index))).toEqual(newest);
  });

  it('knows nothing of a pin that is not in it, nor of an empty chain', async () => {
    const refused = { verdict: 'refused', reason: 'pin-not-in-chain', index: null };
    expect(await verifyChain({ fingerprint: thief.fingerprint }, links)).toEqual(refused);
    expect(await verifyChain(pinAt(0), [])).toEqual(refused);
    expect(await verifyChain(pinAt(0), ['', 'a.b.c', '{}'])).toEqual(refused);
  });

  it('breaks where a link is missing, doubled or out of place', async () => {
    const [a = '', b = '', c = '', d = ''] = links;
    for (const broken of [
      [a, c, d],
      [a, b, b],
      [a, c, b],
      [a, b, 'noise'],
    ]) {
      expect(await verifyChain(pinAt(0), broken)).toMatchObject({ verdict: 'refused' });
    }
  });

  it('cannot be forked by a thief of the current key', async () => {
    const from = { statement: statementAt(3), signer: key(3) };
    const toOwnKey = await createChainMove({ from, to: thief, nextCommitment: thief.fingerprint });
    expect(await verifyChain(pinAt(0), [...links, toOwnKey])).toEqual({
      verdict: 'refused',
      reason: 'uncommitted-key',
      index: 4,
    });
  });

  it('does not let that thief commit to a key of his own in the name of the committed key', async () => {
    const statement = { ...statementAt(4), nextCommitment: thief.fingerprint };
    const move = await signStatement({ typ: 'longshore-chain+jws', statement, signer: key(3) });
    const link = await signStatement({ typ: 'longshore-chain+jws', statement: { move }, signer: key(3) });
    expect(await verifyChain(pinAt(0), [...links, link])).toEqual({
      verdict: 'refused',
      reason: 'bad-signature',
      index: 4,
    });
  });

  it('does not move by the committed key alone', async () => {
    const link = await createChainMove({
      from: { statement: statementAt(3), signer: key(4) },
      to: key(4),
      nextCommitment: thief.fingerprint,
    });
    expect(await verifyChain(pinAt(0), [...links, link])).toMatchObject({ reason: 'bad-signature', index: 4 });
  });

  it('does not let the pinned key take back its commitment', async () => {
    const head = await createChainHead({ serverId, signer: key(0), nextCommitment: thief.fingerprint });
    expect(await verifyChain(pinAt(0), [head])).toMatchObject({ reason: 'commitment-changed', index: null });
  });

  it('does not wander to another server or skip a number', async () => {
    const to = key(4);
    const nextCommitment = thief.fingerprint;
    for (const wrong of [{ serverId: otherServerId }, { index: 7 }]) {
      const from = { statement: { ...statementAt(3), ...wrong }, signer: key(3) };
      const link = await createChainMove({ from, to, nextCommitment });
      expect(await verifyChain(pinAt(0), [...links, link])).toMatchObject({ reason: 'out-of-order', index: 4 });
    }
  });
});
