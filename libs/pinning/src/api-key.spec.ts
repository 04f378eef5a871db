import fc from 'fast-check';
import { apiKeyIn, createApiKey, createApiToken, isAuthorizedBy, parseApiKey, parseApiToken } from './api-key';
import { hashSecret, isSecretOf } from './random-secret';
import { TokenMalformedError } from './trust-errors';

describe('an Authorization header', () => {
  const { text, id, secret, secretHash } = createApiKey();
  const kept = { keyId: id, secretHash };

  it('opens with the very key that is kept', () => {
    expect(isAuthorizedBy(`Bearer ${text}`, kept)).toBe(true);
    expect(isAuthorizedBy(`bearer ${text}`, kept)).toBe(true);
    expect(apiKeyIn(`Bearer ${text}`)).toEqual({ id, secret });
  });

  it.each([undefined, '', 'Bearer', `Basic ${text}`, text, `Bearer ${text} `, `Bearer ${text}x`, 'Bearer lst_0_0'])(
    'opens nothing as %p',
    (header) => expect(isAuthorizedBy(header, kept)).toBe(false),
  );

  it('opens nothing with another key, another id, or when the key was revoked', () => {
    expect(isAuthorizedBy(`Bearer ${createApiKey().text}`, kept)).toBe(false);
    expect(isAuthorizedBy(`Bearer ${text}`, { ...kept, keyId: createApiKey().id })).toBe(false);
    expect(isAuthorizedBy(`Bearer ${text}`, null)).toBe(false);
  });
});

describe('an API key', () => {
  const key = createApiKey();

  it('has its form, 256 random bits, and is found by its id', () => {
    expect(key.text).toMatch(/^lsk_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/);
    expect(Buffer.from(key.secret, 'base64url')).toHaveLength(32);
    expect(parseApiKey(key.text)).toEqual({ id: key.id, secret: key.secret });
  });

  it('is checked against its hash alone', () => {
    expect(isSecretOf(key.secret, key.secretHash)).toBe(true);
    expect(isSecretOf(createApiKey().secret, key.secretHash)).toBe(false);
    expect(isSecretOf(key.secret, '')).toBe(false);
    expect(key.secretHash).toBe(hashSecret(key.secret));
    expect(key.secretHash).not.toContain(key.secret);
  });

  it('is no API token, nor the reverse', () => {
    expect(() => parseApiToken(key.text)).toThrow(TokenMalformedError);
    expect(() => parseApiKey(createApiToken().text)).toThrow(TokenMalformedError);
  });

  it('is refused when cut off anywhere, without being repeated', () => {
    fc.assert(
      fc.property(fc.nat({ max: key.text.length - 1 }), (length) => {
        expect(() => parseApiKey(key.text.slice(0, length))).toThrow(
          /^not a valid API key: it (is cut off|does not begin)/,
        );
      }),
    );
  });

  it('is never the same twice', () => {
    expect(createApiKey().text).not.toBe(key.text);
  });
});
