import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { compactDecrypt, decodeProtectedHeader } from 'jose';
import { sealToPoint } from './seal-to-point';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
const header = { kid: 'k', context: 'c' };

describe('what is sealed to a point', () => {
  it.each(['', 'x', 'ü€'.repeat(10_000)])('is opened by a library that knows the standard (%#)', async (text) => {
    const jwe = sealToPoint(text, { x, y }, header);
    const opened = await compactDecrypt(jwe, createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })), {
      keyManagementAlgorithms: ['ECDH-ES+A256KW'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    expect(Buffer.from(opened.plaintext).toString()).toBe(text);
    expect(opened.protectedHeader).toMatchObject({ kid: 'k', context: 'c' });
  });

  it('has another ephemeral key, content key and iv each time', () => {
    const [one, two] = [sealToPoint('x', { x, y }, header), sealToPoint('x', { x, y }, header)];
    const parts = one.split('.').map((part, place) => part === two.split('.')[place]);
    expect(parts).toEqual([false, false, false, false, false]);
    expect(decodeProtectedHeader(one)['epk']).not.toEqual(decodeProtectedHeader(two)['epk']);
  });

  it('is not made for a point that is not of the curve', () => {
    expect(() => sealToPoint('x', { x: y, y: x }, header)).toThrow();
    expect(() => sealToPoint('x', { x: '', y: '' }, header)).toThrow();
  });
});
