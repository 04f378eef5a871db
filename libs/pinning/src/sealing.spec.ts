import fc from 'fast-check';
import { createSigner } from './compact-signature';
import { createIdentity } from './identity';
import { announceSealingKey, createSealingKey, openSecret, sealSecret, verifySealingKey } from './sealing';
import { signStatement } from './signed-statement';
import { SealRefusedError } from './trust-errors';

const signer = createSigner(createIdentity({ kind: 'agent', id: 'a1' }).privateKeyPem);
const context = 'attempt-1';

async function anAgentWithItsKey() {
  const key = await createSealingKey();
  return { key, to: await verifySealingKey(await announceSealingKey(key, signer), signer.fingerprint) };
}

const problemOf = (opening: Promise<string>): Promise<unknown> =>
  opening.then(
    () => 'opened',
    (error: unknown) => (error instanceof SealRefusedError ? error.problem : error),
  );

describe('a sealed secret', () => {
  it('is opened by the agent alone, whatever it says', async () => {
    const { key, to } = await anAgentWithItsKey();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (secret) => {
        const jwe = await sealSecret({ secret, to, context });
        expect(await openSecret({ jwe, keys: [key], context })).toBe(secret);
      }),
      { numRuns: 25 },
    );
  });

  it('shows nothing of itself', async () => {
    const { to } = await anAgentWithItsKey();
    const jwe = await sealSecret({ secret: 'hunter2', to, context });
    const parts = jwe.split('.').map((part) => Buffer.from(part, 'base64url').toString());
    expect(parts.join()).not.toContain('hunter2');
    expect(JSON.parse(parts[0] ?? '')).toMatchObject({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid: to.id, context });
  });

  it('is still opened by an older key that was kept, and not by a foreign one', async () => {
    const [old, fresh] = [await anAgentWithItsKey(), await anAgentWithItsKey()];
    const jwe = await sealSecret({ secret: 's', to: old.to, context });
    expect(await openSecret({ jwe, keys: [fresh.key, old.key], context })).toBe('s');
    expect(await problemOf(openSecret({ jwe, keys: [fresh.key], context }))).toBe('unknown-key');
    const renamed = { ...fresh.key, id: old.key.id };
    expect(await problemOf(openSecret({ jwe, keys: [renamed], context }))).toBe('broken');
  });

  it('cannot be moved to another attempt', async () => {
    const { key, to } = await anAgentWithItsKey();
    const jwe = await sealSecret({ secret: 's', to, context });
    expect(await problemOf(openSecret({ jwe, keys: [key], context: 'attempt-2' }))).toBe('other-context');
    const [header = '', ...rest] = jwe.split('.');
    const moved = { ...JSON.parse(Buffer.from(header, 'base64url').toString()), context: 'attempt-2' };
    const forged = [Buffer.from(JSON.stringify(moved)).toString('base64url'), ...rest].join('.');
    expect(await problemOf(openSecret({ jwe: forged, keys: [key], context: 'attempt-2' }))).toBe('broken');
  });

  it('is refused when it is none', async () => {
    const { key } = await anAgentWithItsKey();
    expect(await problemOf(openSecret({ jwe: 'noise', keys: [key], context }))).toBe('malformed');
  });
});

describe('the announcement of a sealing key', () => {
  it('counts only under the identity of its agent', async () => {
    const other = createSigner(createIdentity({ kind: 'agent', id: 'a1' }).privateKeyPem);
    const jws = await announceSealingKey(await createSealingKey(), other);
    await expect(verifySealingKey(jws, signer.fingerprint)).rejects.toMatchObject({ code: 'SIGNATURE_REFUSED' });
  });

  it('fits into a hello and carries no private part', async () => {
    const jws = await announceSealingKey(await createSealingKey(), signer);
    expect(jws.length).toBeLessThan(2048);
    expect(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()).not.toContain('"d"');
  });

  it('must be a point of the curve under its own thumbprint', async () => {
    const { to } = await anAgentWithItsKey();
    const announce = (statement: object) => signStatement({ typ: 'longshore-sealing-key+jws', statement, signer });
    const renamed = await announce({ ...to, id: 'other' });
    await expect(verifySealingKey(renamed, signer.fingerprint)).rejects.toMatchObject({ code: 'SEAL_REFUSED' });
    const astray = await announce({ ...to, jwk: { ...to.jwk, y: to.jwk.x } });
    await expect(verifySealingKey(astray, signer.fingerprint)).rejects.toMatchObject({ code: 'SEAL_REFUSED' });
  });
});
