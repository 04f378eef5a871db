import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { createIdentity } from './identity';
import { createInstallToken, parseInstallToken } from './install-token';
import { isSecretOf } from './random-secret';
import { TokenMalformedError } from './trust-errors';

describe('an install token', () => {
  const { fingerprint } = createIdentity({ kind: 'server', id: 's1' });
  const gateways = ['https://deploy.example:7919', 'https://[::1]:7919/'];
  const token = createInstallToken({ serverFingerprint: fingerprint, gateways });

  it('carries what the first contact needs', () => {
    const parsed = parseInstallToken(` ${token.text}\n`);
    expect(parsed).toMatchObject({ tokenId: token.tokenId, serverFingerprint: fingerprint, gateways });
    expect(isSecretOf(parsed.secret, token.secretHash)).toBe(true);
  });

  it('is refused before use when any character is wrong', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: token.text.length - 1 }),
        fc.constantFrom('A', 'b', '7', '_'),
        (at, other) => {
          fc.pre(token.text[at] !== other);
          const mistyped = token.text.slice(0, at) + other + token.text.slice(at + 1);
          expect(() => parseInstallToken(mistyped)).toThrow('not a valid install token: it is cut off or mistyped');
        },
      ),
    );
  });

  it('says what is wrong with it', () => {
    expect(() => parseInstallToken('lsk_abc')).toThrow('does not begin with lsi_');
    expect(() => parseInstallToken(token.text.slice(0, -9))).toThrow('cut off or mistyped');
    expect(() => parseInstallToken(`lsi_${'A'.repeat(5000)}`)).toThrow('too long');
    expect(() => parseInstallToken(forged({ v: 2 }))).toThrow('of a version that this agent does not know');
    expect(() => parseInstallToken(forged({ v: 1, f: 'sha1/x' }))).toThrow('its fingerprint is missing or wrong');
    expect(() => parseInstallToken(forged([]))).toThrow(TokenMalformedError);
  });

  it.each(['http://a:1', 'https://a:1/path', 'https://user:pw@a:1', 'a:7919', ''])(
    'leads to no gateway at %j',
    (bad) => {
      const create = () => createInstallToken({ serverFingerprint: fingerprint, gateways: [bad] });
      expect(create).toThrow('its gateway address is missing or wrong');
    },
  );

  it('takes the default port of https as well', () => {
    const { text } = createInstallToken({ serverFingerprint: fingerprint, gateways: ['https://a.example:443'] });
    expect(parseInstallToken(text).gateways).toEqual(['https://a.example:443']);
  });

  function forged(content: unknown): string {
    const encoded = Buffer.from(JSON.stringify(content)).toString('base64url');
    return `lsi_${encoded}_${createHash('sha256').update(encoded).digest('hex').slice(0, 8)}`;
  }
});
