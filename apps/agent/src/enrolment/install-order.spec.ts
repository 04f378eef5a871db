import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIdentity, createInstallToken } from '@longshore/pinning';
import { type InstallOptions, readInstallOrder } from './install-order';

const { fingerprint } = createIdentity({ kind: 'server', id: 's' });
const gateways = ['https://one:7919', 'https://two:7919'];
const token = createInstallToken({ serverFingerprint: fingerprint, gateways }).text;
const nobody = async () => null;
const order = (options: InstallOptions, environment: NodeJS.ProcessEnv = {}) =>
  readInstallOrder(options, nobody, environment);

describe('what shall be installed', () => {
  it('is told by type and token alone', async () => {
    const { type, gateways: addresses, token: parsed } = await order({ type: 'web', token, name: 'quay-7' });
    expect({ type, addresses, pin: parsed?.serverFingerprint }).toEqual({
      type: 'web',
      addresses: gateways,
      pin: fingerprint,
    });
  });

  it('takes the token from a file or the environment, and a named server first', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'longshore-token-')), 'token');
    writeFileSync(file, `${token}\n`);
    expect((await order({ type: 'jms', tokenFile: file })).token).not.toBeNull();
    expect((await order({ type: 'jms' }, { LONGSHORE_INSTALL_TOKEN: token })).token).not.toBeNull();
    const named = await order({ type: 'jms', token, server: 'https://two:7919' });
    expect(named.gateways).toEqual(['https://two:7919', 'https://one:7919']);
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
    ['no server at first use', { type: 'web', trustOnFirstUse: true }, '--server: is missing'],
    ['a bad name', { type: 'web', token, name: 'Quay 7' }, '--name: must be 1 to 64 of a-z, 0-9 and -'],
  ])('names the flag at fault: %s', async (_case, options, message) => {
    await expect(order(options)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(order(options)).rejects.toThrow(message);
  });

  it('never repeats a token in an error', async () => {
    const problem = await order({ type: 'web', token: `${token}x` }).catch(String);
    expect(problem).not.toContain(token.slice(10, 40));
  });
});
