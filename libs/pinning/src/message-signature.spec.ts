import { createHmac, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { CompactSign } from 'jose';
import { createSigner, createVerifier } from './compact-signature';
import { createIdentity } from './identity';
import { signMessage, verifyMessage } from './message-signature';
import { signStatement } from './signed-statement';
import { KeyUnusableError, SignatureRefusedError } from './trust-errors';

const signer = createSigner(createIdentity({ kind: 'agent', id: 'a1' }).privateKeyPem);
const stranger = createSigner(createIdentity({ kind: 'agent', id: 'a2' }).privateKeyPem);
const sender = createVerifier(signer.publicKey);
const typ = 'longshore-message+jws';

const problemOf = (jws: string, maxBytes?: number): Promise<unknown> =>
  verifyMessage({ jws, sender, ...(maxBytes === undefined ? {} : { maxBytes }) }).then(
    () => 'believed',
    (error: unknown) => (error instanceof SignatureRefusedError ? error.problem : error),
  );

const withHeader = (header: object) => {
  const content = Buffer.from('{}');
  return new CompactSign(content).setProtectedHeader({ alg: 'ES256', kid: signer.fingerprint, typ, ...header });
};

describe('a signed message', () => {
  it('gives back every text exactly', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
        expect(await verifyMessage({ jws: await signMessage({ text, signer }), sender })).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  it('is refused when any one character was changed', async () => {
    const jws = await signMessage({ text: '{"type":"step.ended"}', signer });
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: jws.length - 1 }), fc.constantFrom('A', 'z', '.', '-'), async (at, other) => {
        fc.pre(jws[at] !== other && !isSpareBit(jws, at));
        expect(await problemOf(jws.slice(0, at) + other + jws.slice(at + 1))).not.toBe('believed');
      }),
    );
  });

  it('names its signer', async () => {
    const [header = ''] = (await signMessage({ text: '{}', signer })).split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
      alg: 'ES256',
      kid: signer.fingerprint,
      typ,
    });
  });

  it('comes from no other kind of key', () => {
    expect(() => createVerifier(generateKeyPairSync('ed25519').publicKey)).toThrow(KeyUnusableError);
  });

  it('is refused from another key, whatever it calls itself', async () => {
    expect(await problemOf(await signMessage({ text: '{}', signer: stranger }))).toBe('foreign-key');
    expect(await problemOf(await withHeader({}).sign(stranger.privateKey))).toBe('broken');
  });

  it('is refused under any other algorithm', async () => {
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unsigned = `${encode({ alg: 'none', kid: signer.fingerprint, typ })}.${encode({})}.`;
    expect(await problemOf(unsigned)).toBe('wrong-algorithm');
    const text = `${encode({ alg: 'HS256', kid: signer.fingerprint, typ })}.${encode({})}`;
    const mac = createHmac('sha256', signer.publicKey.export({ type: 'spki', format: 'pem' })).update(text);
    expect(await problemOf(`${text}.${mac.digest('base64url')}`)).toBe('wrong-algorithm');
  });

  it('is refused when it was signed for another purpose', async () => {
    const statement = await signStatement({ typ: 'longshore-chain+jws', statement: {}, signer });
    expect(await problemOf(statement)).toBe('wrong-type');
  });

  it('is refused with a header that demands what we do not know', async () => {
    const jws = await withHeader({ crit: ['exp'], exp: 1 }).sign(signer.privateKey, { crit: { exp: true } });
    expect(await problemOf(jws)).toBe('broken');
  });

  it('is refused by its size before anything of it is read', async () => {
    expect(await problemOf('x'.repeat(101), 100)).toBe('too-large');
    expect(await problemOf('x'.repeat(100), 100)).toBe('malformed');
    await expect(signMessage({ text: 'x'.repeat(1024 * 1024), signer })).rejects.toMatchObject({
      problem: 'too-large',
    });
  });

  it.each(['', '.', '..', 'a.b.c', '{}', 'é.é.é'])('is not %j', async (jws) => {
    expect(await problemOf(jws)).toBe('malformed');
  });
});

/** The last character of a base64url part may hold bits that no decoder looks at. */
function isSpareBit(jws: string, at: number): boolean {
  return at === jws.length - 1 || jws[at + 1] === '.';
}
