import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiKey, createIdentity, createInstallToken } from '@longshore/pinning';
import { type InstallOptions, readInstallOrder } from './install-order';

const { fingerprint } = createIdentity({ kind: 'server', id: 's' });
const gateways = ['https://one:7919', 'https://two:7919'];
const token = createInstallToken({ serverFingerprint: fingerprint, gateways }).text;
const apiKey = createApiKey().text;
const nobody = async () => null;
const order = (options: InstallOptions, environment: NodeJS.ProcessEnv = {}) =>
  readInstallOrder(options, nobody, environment);

describe('what shall be installed', () => {
  it('is told by type and token alone', async () => {
    const { type, gateways: addresses, serverFingerprint } = await order({ type: 'web', token, name: 'quay-7' });
    expect({ type, addresses, pin: serverFingerprint }).toEqual({
      type: 'web',
      addresses: gateways,
      pin: fingerprint,
    });
  });

  it('takes the token from a file or the environment, and a named server first', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'longshore-token-')), 'token');
    writeFileSync(file, `${token}\n`);
    expect((await order({ type: 'jms', tokenFile: file })).proof.by).toBe('token');
    expect((await order({ type: 'jms' }, { LONGSHORE_INSTALL_TOKEN: token })).proof.by).toBe('token');
    const named = await order({ type: 'jms', token, server: 'https://two:7919' });
    expect(named.gateways).toEqual(['https://two:7919', 'https://one:7919']);
  });

  it('takes an API key from a file, the environment or a person, with the key of the server', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'longshore-key-')), 'key');
    writeFileSync(file, `${apiKey}\n`);
    const server = { type: 'web', server: 'https://one:7919', serverFingerprint: fingerprint };
    const expected = { proof: { by: 'api-key', apiKey }, serverFingerprint: fingerprint };
    expect(await order({ ...server, apiKeyFile: file })).toMatchObject(expected);
    expect(await order(server, { LONGSHORE_API_KEY: apiKey })).toMatchObject(expected);
    const typed = async (question: string) => (question.startsWith('Install token') ? apiKey : null);
    expect(await readInstallOrder(server, typed, {})).toMatchObject(expected);
    const { serverFingerprint: _, ...anyServer } = server;
    expect(await order({ ...anyServer, apiKeyFile: file, trustOnFirstUse: true })).toMatchObject({
      proof: { by: 'api-key' },
      serverFingerprint: null,
    });
    // A token that is named goes before a key that merely stands in the environment.
    expect((await order({ type: 'web', token }, { LONGSHORE_API_KEY: apiKey })).proof.by).toBe('token');
  });

  it('takes another floor of TLS', async () => {
    expect((await order({ type: 'web', token })).minTlsVersion).toBe('TLSv1.3');
    expect((await order({ type: 'web', token, tlsMin: 'TLSv1.2' })).minTlsVersion).toBe('TLSv1.2');
  });

  it('asks a person for what is missing', async () => {
    const answers: Record<string, string> = {
      'Agent type (web or jms)': 'jms',
      'Install token (lsi_…)': token,
      Name: 'pier',
    };
    const asked = await readInstallOrder({}, async (question) => answers[question] ?? null, {});
    expect(asked).toMatchObject({ type: 'jms', name: 'pier' });
  });

  it.each<[string, InstallOptions, string]>([
    ['no type', { token }, '--type: is missing: web or jms'],
    ['another type', { type: 'smtp', token }, '--type: must be web or jms, not smtp'],
    [
      'no token',
      { type: 'web' },
      '--token: is missing: give --token, --token-file or LONGSHORE_INSTALL_TOKEN, or choose --trust-on-first-use',
    ],
    ['two tokens', { type: 'web', token, tokenFile: 'x' }, '--token: and --token-file exclude each other'],
    ['a token that was cut off', { type: 'web', token: token.slice(0, -3) }, '--token: '],
    [
      'a token file that is not there',
      { type: 'web', tokenFile: '/nowhere/token' },
      '--token-file: /nowhere/token cannot be read',
    ],
    [
      'a server without TLS',
      { type: 'web', token, server: 'http://one:7919' },
      '--server: must look like https://host:7919, not http://one:7919',
    ],
    ['both proofs', { type: 'web', token, apiKeyFile: 'x' }, '--api-key-file: and an install token exclude each other'],
    ['a floor of old', { type: 'web', token, tlsMin: '1.0' }, '--tls-min: must be TLSv1.3 or TLSv1.2, not 1.0'],
    [
      'two fingerprints',
      { type: 'web', token, serverFingerprint: fingerprint },
      '--server-fingerprint: is not needed: the token carries it',
    ],
    [
      'a key file that is not there',
      { type: 'web', apiKeyFile: '/nowhere/key' },
      '--api-key-file: /nowhere/key cannot be read',
    ],
    ['no server at first use', { type: 'web', trustOnFirstUse: true }, '--server: is missing'],
    ['a bad name', { type: 'web', token, name: 'Quay 7' }, '--name: must be 1 to 64 of a-z, 0-9 and -'],
  ])('names the flag at fault: %s', async (_case, options, message) => {
    await expect(order(options)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(order(options)).rejects.toThrow(message);
  });

  it.each([
    [{}, '--server-fingerprint: is missing'],
    [{ serverFingerprint: 'md5/x' }, '--server-fingerprint: '],
    [{ serverFingerprint: fingerprint, trustOnFirstUse: true }, 'exclude each other'],
  ])('wants to know the server that it shows its API key to: %j', async (options, message) => {
    const server = { type: 'web', server: 'https://one:7919' };
    await expect(order({ ...server, ...options }, { LONGSHORE_API_KEY: apiKey })).rejects.toThrow(message);
  });

  it('never repeats a token in an error', async () => {
    const problem = await order({ type: 'web', token: `${token}x` }).catch(String);
    expect(problem).not.toContain(token.slice(10, 40));
  });
});
