import { useDatabases } from '@longshore/testing';
import { createServerLog } from '../config/server-log';
import { startServer } from '../start-server';
import { aLiveAgent } from '../testing/a-live-agent';
import { anAgent } from '../testing/an-agent';
import { aServer, freePort } from '../testing/a-server';

const aDatabase = useDatabases();

describe('an operator’s deed in one of two processes', () => {
  it.each([
    ['forget-certificate', 'POST', 'forgotten'],
    ['api-key', 'POST', 'credentials-changed'],
    ['api-key', 'DELETE', 'credentials-changed'],
  ])('%s (%s) ends within a second what the agent has open in the other', async (path, method, reason) => {
    const first = await aServer(await aDatabase());
    const settings = { ...first.settings, replica: true, apiPort: await freePort(), gatewayPort: await freePort() };
    const second = await startServer(settings, createServerLog('silent'));
    try {
      const agent = await anAgent(first, { name: 'elsewhere' });
      const live = await aLiveAgent({ ...first, settings }, agent);
      const startedAt = performance.now();
      await first.asAdmin(`/api/v1/agents/elsewhere/${path}`, { method });
      expect([await live.ended, await live.ping()]).toEqual([reason, 401]);
      expect(performance.now() - startedAt).toBeLessThan(1_000);
      await live.close();
    } finally {
      await second.stop();
      await first.stop();
    }
  });
});
