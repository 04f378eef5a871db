import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useDatabases } from '@longshore/testing';
import { createServerLog } from '../config/server-log';
import { startServer } from '../start-server';
import { adminPassword, aServer } from '../testing/a-server';

const aDatabase = useDatabases();

describe('the password of the first admin', () => {
  it('is set by the first start, and by no later one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'longshore-password-'));
    const adminPasswordFile = join(folder, 'another-password');
    writeFileSync(adminPasswordFile, 'another password of somebody', { mode: 0o600 });
    const server = await aServer(await aDatabase());
    const signIn = async (password: string): Promise<number> =>
      (await server.ask('operators', '/api/v1/session', { method: 'POST', body: { user: 'admin', password } })).status;
    await server.running.stop();
    const second = await startServer({ ...server.settings, adminPasswordFile }, createServerLog('silent'));
    try {
      expect([await signIn(adminPassword), await signIn('another password of somebody')]).toEqual([200, 401]);
    } finally {
      await second.stop();
      rmSync(server.settings.dataFolder, { recursive: true });
      rmSync(folder, { recursive: true });
    }
  });
});
