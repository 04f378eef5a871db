import { decodeProtectedHeader } from 'jose';
import { openUnderPassphrase, sealUnderPassphrase } from './passphrase-seal';

const [passphrase, context] = ['correct horse battery', 'next-key of s1'];

describe('a secret under a passphrase', () => {
  let jwe = '';
  beforeAll(async () => {
    jwe = await sealUnderPassphrase({ secret: 'the key', passphrase, context });
  });

  it('comes back with the passphrase, however its letters were composed', async () => {
    expect(await openUnderPassphrase({ jwe, passphrase, context })).toBe('the key');
    const composed = await sealUnderPassphrase({ secret: 'x', passphrase: 'caf\u00e9 caf\u00e9 caf\u00e9', context });
    const decomposed = 'cafe\u0301 cafe\u0301 cafe\u0301';
    expect(await openUnderPassphrase({ jwe: composed, passphrase: decomposed, context })).toBe('x');
  });

  it('costs a guess at least 600,000 rounds, and no two texts are alike', async () => {
    expect(decodeProtectedHeader(jwe)).toMatchObject({ alg: 'PBES2-HS512+A256KW', enc: 'A256GCM' });
    expect(decodeProtectedHeader(jwe)['p2c']).toBeGreaterThanOrEqual(600_000);
    expect(await sealUnderPassphrase({ secret: 'the key', passphrase, context })).not.toBe(jwe);
  });

  it('stays shut for another passphrase, another purpose and a changed text', async () => {
    await expect(openUnderPassphrase({ jwe, passphrase: 'wrong horse battery', context })).rejects.toMatchObject({
      code: 'SEAL_REFUSED',
      problem: 'broken',
    });
    await expect(openUnderPassphrase({ jwe, passphrase, context: 'next-key of s2' })).rejects.toMatchObject({
      problem: 'other-context',
    });
    const parts = jwe.split('.');
    for (const index of [1, 2, 3, 4]) {
      const part = parts[index] ?? '';
      const flipped = parts.with(index, `${part.startsWith('A') ? 'B' : 'A'}${part.slice(1)}`).join('.');
      await expect(openUnderPassphrase({ jwe: flipped, passphrase, context })).rejects.toMatchObject({
        problem: 'broken',
      });
    }
    for (const noise of ['', 'noise', jwe.slice(20)])
      await expect(openUnderPassphrase({ jwe: noise, passphrase, context })).rejects.toMatchObject({
        problem: 'malformed',
      });
  });

  it('does not work for ever because a text says so', async () => {
    const [header = '', ...rest] = jwe.split('.');
    const greedy = { ...JSON.parse(Buffer.from(header, 'base64url').toString()), p2c: 2_000_000_000 } as object;
    const changed = [Buffer.from(JSON.stringify(greedy)).toString('base64url'), ...rest].join('.');
    const startedAt = performance.now();
    await expect(openUnderPassphrase({ jwe: changed, passphrase, context })).rejects.toMatchObject({
      problem: 'broken',
    });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
