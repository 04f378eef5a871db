/** Keys from a document into a data folder: whole, or with a refusal that names what is wrong and nothing written. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverIdSchema } from '@longshore/protocol';
import type { KeyDocument } from '@longshore/rest-contract';
import { claimDataFolder } from '../data-folder-claim';
import { IdentityFolder } from '../trust/identity-folder';
import { createKeyRecord, type KeyRecord, moveKeyRecord } from '../trust/key-record';
import { importKeys } from './import-keys';
import { importKeysCommand } from './import-keys-command';
import { KeyDocuments } from './key-documents';

const passphrase = 'correct horse battery staple';
const serverId = serverIdSchema.parse('6f1b3c9e-2f53-4a0f-9d6e-0a4f2c1b7e11');
const otherServerId = serverIdSchema.parse('0b0e7d0a-74a2-4a9b-8a44-3f2f5d8f9c22');
const files = {
  'agent-ca/authority.json': '{"privateKeyPem":"a","certificatePem":"b"}',
  'secrets/data-keys.json': '{"version":1}',
  '../elsewhere': 'x',
};

describe('the import of keys', () => {
  const documents = new KeyDocuments();
  let dataFolder: string;
  let keys: KeyRecord;
  let moved: KeyRecord;
  let document: KeyDocument;
  let nextKey: KeyDocument;
  beforeAll(async () => {
    keys = await createKeyRecord(serverId);
    moved = await moveKeyRecord(keys, { nextKeyPem: keys.nextKeyPem ?? '', emergency: true });
    document = await documents.sealIdentity({ keys: moved, files }, passphrase);
    nextKey = await documents.sealNextKey(serverId, moved.nextKeyPem ?? '', passphrase);
  });
  beforeEach(() => {
    dataFolder = mkdtempSync(join(tmpdir(), 'longshore-import-'));
  });
  afterEach(() => rmSync(dataFolder, { recursive: true }));

  const fileWith = (content: unknown): string => {
    const file = join(dataFolder, 'document.json');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  const load = (content: unknown, phrase = passphrase): Promise<string> =>
    importKeys({ dataFolder, file: fileWith(content), passphrase: phrase });
  const there = (): Promise<KeyRecord | null> => new IdentityFolder(dataFolder).read();

  it('brings an empty folder all that the server needs, for nobody but its user, and nothing else', async () => {
    expect(await load(document)).toContain(document.fingerprint);
    expect(await there()).toEqual(moved);
    for (const path of ['agent-ca/authority.json', 'secrets/data-keys.json'] as const) {
      expect(readFileSync(join(dataFolder, path), 'utf8')).toBe(files[path]);
      expect(statSync(join(dataFolder, path)).mode & 0o777).toBe(0o600);
    }
    expect(readdirSync(dataFolder).sort()).toEqual(['agent-ca', 'document.json', 'identity', 'secrets']);
    expect(await load(document)).toContain(document.fingerprint);
  });

  it('takes a folder of the same server further, and never back', async () => {
    await new IdentityFolder(dataFolder).write(keys);
    await load(document);
    expect(await there()).toEqual(moved);
    const later = await moveKeyRecord(moved, { nextKeyPem: moved.nextKeyPem ?? '', emergency: false });
    await new IdentityFolder(dataFolder).write(later);
    await expect(load(document)).rejects.toThrow(/are newer: its key has moved/);
    const fork = await moveKeyRecord(keys, { nextKeyPem: keys.nextKeyPem ?? '', emergency: false });
    await new IdentityFolder(dataFolder).write(fork);
    await expect(load(document)).rejects.toMatchObject({ code: 'KEY_IMPORT_REFUSED' });
    expect(await there()).toEqual(fork);
  });

  it("leaves another server's folder alone", async () => {
    const other = await createKeyRecord(otherServerId);
    await new IdentityFolder(dataFolder).write(other);
    for (const wish of [document, nextKey]) await expect(load(wish)).rejects.toThrow(/of another server, 0b0e7d0a/);
    expect(await there()).toEqual(other);
  });

  it('brings the next key back to the folder that commits to it', async () => {
    await expect(load(nextKey)).rejects.toThrow(/holds no server/);
    await new IdentityFolder(dataFolder).write({ ...moved, nextKeyPem: null });
    expect(await load(nextKey)).toContain('next key');
    expect(await there()).toEqual(moved);
    await new IdentityFolder(dataFolder).write(keys);
    await expect(load(nextKey)).rejects.toThrow(/this server's next key is sha256/);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['no JSON', () => JSON.stringify(document).slice(0, 300), /document\.json: .*damaged: it is not JSON/],
    ['another version', () => ({ ...document, version: 2 }), /document\.json: version: /],
    ['no document of keys', () => ({ ...document, format: 'x' }), /document\.json: format: /],
    ['without a field', () => ({ ...document, sealed: undefined }), /document\.json: sealed: /],
    ['cut off inside', () => ({ ...document, sealed: document.sealed.slice(30) }), /not a sealed text, or cut off/],
    ['with a flipped letter', () => ({ ...document, sealed: flipped(document.sealed) }), /passphrase is wrong, or/],
    ['that names another key', () => ({ ...document, fingerprint: nextKey.fingerprint }), /not what the document says/],
    ['that names another server', () => ({ ...document, serverId: otherServerId }), /not what the document says/],
    ['that claims to be a next key', () => ({ ...document, content: 'next-key' }), /holds no server/],
  ])('refuses a document %s, says so, and writes nothing', async (_, make, reason) => {
    await expect(load(make())).rejects.toThrow(reason);
    expect(await there()).toBeNull();
    expect(readdirSync(dataFolder)).toEqual(['document.json']);
  });

  it('refuses a wrong passphrase without repeating it', async () => {
    const refused = load(document, 'wrong horse battery');
    await expect(refused).rejects.toThrow(/document\.json: the passphrase is wrong, or/);
    expect(String(await refused.catch((error: unknown) => error))).not.toContain('wrong horse');
    await expect(importKeys({ dataFolder, file: '/nowhere', passphrase })).rejects.toThrow(/nowhere cannot be read/);
  });

  describe('as a command', () => {
    const before = process.env;
    beforeEach(() => {
      process.env = { LONGSHORE_DATA: dataFolder, DATABASE_URL: 'postgresql://u@localhost/d' };
    });
    afterEach(() => {
      process.env = before;
    });

    it('takes the passphrase from a file, and works only while no server does', async () => {
      const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
      const phraseFile = join(dataFolder, 'phrase');
      writeFileSync(phraseFile, `${passphrase}\n`);
      const args = ['--file', fileWith(document), '--passphrase-file', phraseFile];
      const running = await claimDataFolder(dataFolder);
      await expect(importKeysCommand(args)).rejects.toMatchObject({ code: 'DATA_FOLDER_IN_USE' });
      running.release();
      await importKeysCommand(args);
      expect(write).toHaveBeenCalledWith(expect.stringContaining(document.fingerprint));
      write.mockRestore();
      expect(await there()).toEqual(moved);
    });

    it.each([[[]], [['--passphrase', 'x']], [['--file', 'f', 'more']]])('says how it is used for %j', async (args) => {
      await expect(importKeysCommand(args)).rejects.toThrow(/^usage: import-keys --file/);
    });
  });
});

/** Another letter in the middle of the ciphertext. */
function flipped(sealed: string): string {
  const at = Math.floor(sealed.length / 2);
  return `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`;
}
