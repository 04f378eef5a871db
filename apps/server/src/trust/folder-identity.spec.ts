import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signMessage, verifyBrokerStatement } from '@longshore/pinning';
import { type Incarnation, serverIdSchema } from '@longshore/protocol';
import { readServerSettings } from '../config/server-settings';
import { certificateNames } from './certificate-names';
import { FolderIdentity } from './folder-identity';
import { IdentityFolder } from './identity-folder';
import { createKeyRecord, moveKeyRecord } from './key-record';
import type { KeyMoved } from './server-identity';

const serverId = serverIdSchema.parse('6f1b3c9e-2f53-4a0f-9d6e-0a4f2c1b7e11');
const record = { serverId, incarnation: 'life-1' as Incarnation };

describe('the identity of a running server', () => {
  let dataFolder: string;
  let folder: IdentityFolder;
  let server: FolderIdentity;
  let moves: KeyMoved[];
  beforeEach(async () => {
    dataFolder = mkdtempSync(join(tmpdir(), 'longshore-identity-'));
    folder = new IdentityFolder(dataFolder);
    const settings = readServerSettings({
      LONGSHORE_DATA: dataFolder,
      DATABASE_URL: 'postgresql://u@localhost/d',
      BROKER_URL: 'amqps://u:p@broker:7918/v',
      BROKER_MANAGEMENT_URL: 'http://u:p@127.0.0.1:1',
      BROKER_FINGERPRINTS: `sha256/${'A'.repeat(43)}=`,
    });
    const keys = await folder.open(serverId, certificateNames(settings));
    server = await FolderIdentity.open({ settings, folder, record }, keys);
    moves = [];
    server.onMoved((moved) => moves.push(moved));
  });
  afterEach(() => rmSync(dataFolder, { recursive: true }));

  /** As another process does it. */
  const moveFolder = async (emergency: boolean): Promise<void> => {
    const before = await folder.require();
    await folder.write(await moveKeyRecord(before, { nextKeyPem: before.nextKeyPem ?? '', emergency }));
  };
  const kidOf = (jws: string): unknown =>
    (JSON.parse(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString()) as { kid: unknown }).kid;

  it('is what it was until it looks, and then all of the new key', async () => {
    const { signer, identity } = server;
    const { nextKeyPem } = await folder.require();
    await moveFolder(false);
    expect(server.identity).toBe(identity);
    expect(kidOf(await signMessage({ text: '{}', signer }))).toBe(identity.fingerprint);

    expect(await server.reload()).toEqual({ emergency: false });
    expect(server.identity.privateKeyPem).toBe(nextKeyPem);
    const { fingerprint } = server.identity;
    expect(fingerprint).not.toBe(identity.fingerprint);
    expect(server.signer).toBe(signer);
    expect(kidOf(await signMessage({ text: '{}', signer }))).toBe(fingerprint);
    expect(await verifyBrokerStatement(server.brokerStatement ?? '', fingerprint)).toMatchObject({ serverId });
    expect(server.chain).toHaveLength(2);
  });

  it('tells of each move once, and of an emergency also when another move followed it', async () => {
    await moveFolder(true);
    await moveFolder(false);
    expect(await Promise.all([server.reload(), server.reload()])).toEqual([{ emergency: true }, null]);
    await moveFolder(false);
    expect(await server.reload()).toEqual({ emergency: false });
    expect(moves).toEqual([{ emergency: true }, { emergency: false }]);
  });

  it('goes by no folder of another server and never back', async () => {
    await moveFolder(false);
    const newest = await folder.require();
    await server.reload();
    const { fingerprint } = server.identity;
    for (const other of [
      await createKeyRecord(serverIdSchema.parse('0b0e7d0a-74a2-4a9b-8a44-3f2f5d8f9c22')),
      await createKeyRecord(serverId),
      { ...newest, nextKeyPem: null },
    ]) {
      await folder.write(other);
      expect(await server.reload()).toBeNull();
      expect(server.identity.fingerprint).toBe(fingerprint);
    }
  });
});
