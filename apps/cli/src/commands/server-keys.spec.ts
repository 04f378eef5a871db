import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aFingerprint, aKeyDocument, serverKeys } from '../testing/contract-answers';
import { ok, useCommandLine } from '../testing/a-command-line';
import { refuse } from '../testing/fake-server';

const { server, folder, routes, run } = useCommandLine();
const passphrase = 'correct horse battery';
const bodies = () => server().requests.map(({ body }) => body);

function aFile(name: string, text: string): string {
  const file = join(folder(), name);
  writeFileSync(file, text);
  return file;
}

it('server keys shows the chain and what comes next', async () => {
  routes['GET /api/v1/server/keys'] = () => ok(serverKeys({ nextKeyHeld: false }));
  const { terminal } = await run('server keys');
  expect(terminal.stdout()).toMatch(/^Next key +sha256\/B{42}A=, kept offline$/m);
  expect(terminal.stdout()).toMatch(/^0 +sha256\/A{43}= +sha256\/B{42}A=$/m);
});

it('server alone still shows the server', async () => {
  const facts = { serverId: 's', version: '1', fingerprint: aFingerprint('A'), gateways: ['https://g:7919'] };
  routes['GET /api/v1/server'] = () => ok({ ...facts, broker: { state: 'connected', detail: '' } });
  expect((await run('server')).terminal.stdout()).toContain('https://g:7919');
});

describe('server rotate-key', () => {
  beforeEach(() => {
    routes['POST /api/v1/server/keys/rotate'] = () => ok(serverKeys({ fingerprint: aFingerprint('B'), rotations: 1 }));
  });

  it('is done where it is confirmed, and tells the new key', async () => {
    const { terminal } = await run('server rotate-key', { answers: ['yes'] });
    expect(terminal.stdout()).toContain(`the server’s key is now ${aFingerprint('B')}`);
    await run('server rotate-key --emergency --yes');
    expect(bodies()).toEqual([
      { emergency: false, nextKey: null },
      { emergency: true, nextKey: null },
    ]);
  });

  it.each(['server rotate-key', 'server rotate-key --emergency'])('"%s" is not done otherwise', async (words) => {
    expect((await run(words)).code).toBe(2);
    expect((await run(words, { answers: ['no'] })).code).toBe(2);
    expect(server().requests).toHaveLength(0);
  });

  it('brings the next key from its file, opened by file, standard input or by hand', async () => {
    const file = aFile('next.json', JSON.stringify(aKeyDocument()));
    const secret = aFile('passphrase', `${passphrase}\n`);
    const words = `server rotate-key --yes --next-key ${file}`;
    expect((await run(`${words} --passphrase-file ${secret}`)).code).toBe(0);
    expect((await run(`${words} --passphrase-file -`, { input: `${passphrase}\n` })).code).toBe(0);
    expect((await run(words, { answers: [passphrase] })).code).toBe(0);
    const wanted = { emergency: false, nextKey: { document: aKeyDocument(), passphrase } };
    expect(bodies()).toEqual([wanted, wanted, wanted]);
  });

  it('refuses files that are none, and a passphrase that nobody gives', async () => {
    const identity = aFile('identity.json', JSON.stringify(aKeyDocument({ content: 'server-identity' })));
    const noise = aFile('noise.json', '{"a":1}');
    const good = aFile('next.json', JSON.stringify(aKeyDocument()));
    for (const [words, problem] of [
      [`--next-key ${identity}`, 'and not its next key'],
      [`--next-key ${noise}`, 'is no exported key'],
      [`--next-key ${join(folder(), 'none')}`, 'cannot be read'],
      [`--next-key ${good}`, '--passphrase-file: is missing'],
      [`--next-key ${good} --passphrase-file ${aFile('short', 'short')}`, 'at least 12 characters'],
      [`--passphrase-file ${good}`, 'belongs to --next-key'],
    ]) {
      const { code, terminal } = await run(`server rotate-key --yes ${words ?? ''}`);
      expect([code, terminal.stderr()]).toEqual([2, expect.stringContaining(problem ?? '')]);
    }
    expect(server().requests).toHaveLength(0);
  });
});

describe('server export-keys', () => {
  const identity = aKeyDocument({ content: 'server-identity', fingerprint: aFingerprint('A') });
  const words = () => `server export-keys --out ${join(folder(), 'keys.json')}`;

  beforeEach(() => {
    routes['POST /api/v1/server/keys/export'] = ({ body }) =>
      ok((body as { content: string }).content === 'next-key' ? aKeyDocument() : identity);
  });

  it('writes a new file of its owner alone, under a passphrase that was typed twice', async () => {
    const { code, terminal } = await run(words(), { answers: [passphrase, passphrase] });
    expect(code).toBe(0);
    const file = join(folder(), 'keys.json');
    expect([JSON.parse(readFileSync(file, 'utf8')), statSync(file).mode & 0o777]).toEqual([identity, 0o600]);
    expect(bodies()).toEqual([{ content: 'server-identity', passphrase, takeOffline: false }]);
    expect(terminal.stdout() + terminal.stderr() + terminal.questions.join('')).not.toContain(passphrase);
    expect((await run(words(), { answers: [passphrase, passphrase] })).code).toBe(2);
    expect(bodies()).toHaveLength(1);
  });

  it('leaves no file where a slip of the hand, a refusal or nobody is in the way', async () => {
    expect((await run(words(), { answers: [passphrase, `${passphrase}!`] })).code).toBe(2);
    expect((await run(words())).code).toBe(2);
    expect(bodies()).toHaveLength(0);
    routes['POST /api/v1/server/keys/export'] = () => refuse(409, 'NEXT_KEY_OFFLINE', 'the server does not hold it');
    expect((await run(`${words()} --next-key`, { answers: [passphrase, passphrase] })).code).toBe(1);
    expect(existsSync(join(folder(), 'keys.json'))).toBe(false);
  });

  it('lets the server forget its next key only after the file is there', async () => {
    const seen: string[] = [];
    routes['POST /api/v1/server/keys/export'] = () => {
      seen.push(readFileSync(join(folder(), 'keys.json'), 'utf8'));
      return ok(aKeyDocument());
    };
    const secret = aFile('passphrase', passphrase);
    expect((await run(`${words()} --next-key --take-offline --yes --passphrase-file ${secret}`)).code).toBe(0);
    const wish = { content: 'next-key', passphrase };
    expect(bodies()).toEqual([
      { ...wish, takeOffline: false },
      { ...wish, takeOffline: true, document: aKeyDocument() },
    ]);
    expect(seen[0]).toBe('');
    expect(JSON.parse(seen[1] ?? '')).toEqual(aKeyDocument());
  });

  it('keeps the file where the server may have let go of the key, or has another one by now', async () => {
    routes['POST /api/v1/server/keys/export'] = ({ body }) =>
      (body as { takeOffline: boolean }).takeOffline
        ? refuse(409, 'NEXT_KEY_FOREIGN', 'the document holds another key')
        : ok(aKeyDocument());
    const secret = aFile('passphrase', passphrase);
    const { code, terminal } = await run(`${words()} --next-key --take-offline --yes --passphrase-file ${secret}`);
    expect([code, terminal.stdout(), terminal.stderr()]).toEqual([1, '', expect.stringContaining('another key')]);
    expect(JSON.parse(readFileSync(join(folder(), 'keys.json'), 'utf8'))).toEqual(aKeyDocument());
  });

  it.each(['--take-offline', '--next-key --take-offline'])('refuses %s unsaid', async (flags) => {
    expect((await run(`${words()} ${flags}`)).code).toBe(2);
    expect(bodies()).toHaveLength(0);
  });
});

it('server rotate-data-key tells what was encrypted anew', async () => {
  routes['POST /api/v1/server/keys/rotate-data-key'] = () => ok({ dataKeyId: 'd2', secretsEncryptedAnew: 3 });
  const { terminal } = await run('server rotate-data-key');
  expect(terminal.stdout()).toBe('the data key is now d2; 3 secrets are encrypted under it\n');
});
