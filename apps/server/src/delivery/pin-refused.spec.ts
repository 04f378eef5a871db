import { RefusalStore } from '@longshore/persistence';
import type { Fingerprint } from '@longshore/protocol';
import { useDatabases } from '@longshore/testing';
import { TestServer } from './testing/a-server';

const aDatabase = useDatabases();

describe('a key that an agent refused', () => {
  it('is a security event here as well, with both fingerprints, once', async () => {
    const server = await TestServer.open(await aDatabase());
    try {
      const agent = await server.agent('a');
      await agent.greet();
      const [expected, presented] = ['E', 'P'].map((letter) => `sha256/${letter.repeat(43)}=` as Fingerprint);
      if (expected === undefined || presented === undefined) throw new Error('there are two');
      const event = agent.event('pin.refused', {
        leg: 'https',
        address: '203.0.113.7:7919',
        expected: [expected],
        presented,
      });
      await agent.send(event);
      await agent.send(event);
      expect(await new RefusalStore(server.database).list({ agentId: 'a', limit: 10 })).toEqual([
        expect.objectContaining({
          agentId: 'a',
          code: 'PIN_REFUSED',
          details: { leg: 'https', address: '203.0.113.7:7919', expected, presented },
        }),
      ]);
    } finally {
      await server.close();
    }
  });
});
