import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { createIdentity, createSigner } from '@longshore/pinning';
import { type ServerId, serverIdSchema } from '@longshore/protocol';
import { IdentityFolder } from './identity-folder';
import { type KeyRecord, moveKeyRecord, readKeyChain } from './key-record';

const serverId: ServerId = serverIdSchema.parse('6f1b3c9e-2f53-4a0f-9d6e-0a4f2c1b7e11');
const names = { dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] };
const next = (record: KeyRecord): Promise<KeyRecord> =>
  moveKeyRecord(record, { nextKeyPem: record.nextKeyPem ?? '', emergency: false });

describe('the identity folder', () => {
  let dataFolder: string;
  let folder: IdentityFolder;
  beforeEach(() => {
    dataFolder = mkdtempSync(join(tmpdir(), 'longshore-identity-'));
    folder = new IdentityFolder(dataFolder);
  });
  afterEach(() => rmSync(dataFolder, { recursive: true }));

  it('keeps the keys that it made, for nobody but its user', async () => {
    const made = await folder.open(serverId, names);
    const again = await folder.open(serverIdSchema.parse('0b0e7d0a-74a2-4a9b-8a44-3f2f5d8f9c22'), names);
    expect([again.serverId, again.current.fingerprint, again.chain]).toEqual([
      serverId,
      made.current.fingerprint,
      made.chain,
    ]);
    expect(statSync(folder.path).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder.path)) expect(statSync(join(folder.path, name)).mode & 0o777).toBe(0o600);
  });

  it('moves to the committed key and keeps nothing of the one before', async () => {
    await folder.open(serverId, names);
    const before = await folder.require();
    await folder.write(await next(before));
    const opened = await folder.open(serverId, names);
    expect(opened.current.fingerprint).toBe((await readKeyChain(before)).at(-1)?.nextCommitment);
    const after = await folder.require();
    expect(JSON.stringify(after)).not.toContain(JSON.stringify(before.currentKeyPem).slice(1, -1));
    expect(await readKeyChain(after)).toHaveLength(2);
  });

  it('does not move to a key that the chain does not commit to', async () => {
    await folder.open(serverId, names);
    const nextKeyPem = createIdentity({ kind: 'server', id: serverId }).privateKeyPem;
    await expect(moveKeyRecord(await folder.require(), { nextKeyPem, emergency: false })).rejects.toMatchObject({
      code: 'KEY_RECORD_BROKEN',
    });
  });

  it('is not used when keys and chain do not fit each other', async () => {
    await folder.open(serverId, names);
    const record = await folder.require();
    const stranger = createIdentity({ kind: 'server', id: serverId }).privateKeyPem;
    const after = await next(record);
    for (const broken of [
      { ...record, currentKeyPem: stranger },
      { ...record, nextKeyPem: stranger },
      { ...after, chain: record.chain },
      { ...record, chain: ['noise'] },
    ]) {
      await folder.write(broken);
      await expect(folder.open(serverId, names)).rejects.toMatchObject({ code: 'IDENTITY_UNUSABLE' });
    }
  });

  it('goes by what was there when a write was cut off, and clears the leftover away', async () => {
    await folder.open(serverId, names);
    const before = await folder.require();
    const leftovers = ['server.json.0123456789ab', 'server.json.ba9876543210'].map((name) => join(folder.path, name));
    const whole = JSON.stringify(await next(before));
    [whole.slice(0, 200), whole].forEach((text, index) => writeFileSync(leftovers[index] ?? '', text));
    expect(await folder.require()).toEqual(before);
    await folder.open(serverId, names);
    expect(readdirSync(folder.path)).toHaveLength(4);
    for (const path of leftovers) utimesSync(path, new Date(0), new Date(0));
    await folder.open(serverId, names);
    expect(readdirSync(folder.path).sort()).toEqual(['current.pem', 'server.json']);
  });

  it('is before or after a move, and never in between, whenever the process is killed', async () => {
    await folder.open(serverId, names);
    const program = join(dataFolder, 'rotate.cjs');
    buildSync({
      entryPoints: [resolve(__dirname, '../testing/rotate-for-ever.main.ts')],
      tsconfig: resolve(__dirname, '../../tsconfig.json'),
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'error',
    });
    for (let round = 0; round < 12; round += 1) {
      const from = (await folder.require()).chain.length;
      const child = spawn(process.execPath, [program, dataFolder], { stdio: ['ignore', 'pipe', 'inherit'] });
      let reported = from;
      child.stdout.on('data', (piece: Buffer) => (reported = Math.max(reported, ...counts(piece).map((n) => n + 1))));
      await once(child.stdout, 'data');
      await new Promise((elapsed) => setTimeout(elapsed, round * 3));
      child.kill('SIGKILL');
      await once(child, 'close');
      const record = await folder.require();
      expect(record.chain.length - reported).toBeGreaterThanOrEqual(0);
      expect(record.chain.length - reported).toBeLessThanOrEqual(1);
      expect(createSigner(record.currentKeyPem).fingerprint).toBe((await readKeyChain(record)).at(-1)?.current);
    }
  }, 60_000);
});

const counts = (piece: Buffer): number[] => piece.toString().trim().split('\n').map(Number);
