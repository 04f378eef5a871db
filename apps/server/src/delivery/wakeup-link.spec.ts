import { Database } from '@longshore/persistence';
import type { AgentId } from '@longshore/protocol';
import { useDatabases } from '@longshore/testing';
import { until } from './testing/a-server';
import { WakeupLink } from './wakeup-link';
import { Wakeups } from './wakeups';

const aDatabase = useDatabases();
const log = () => undefined;

it('carries wake-ups to the other processes, not back, and mends itself when its connection is lost', async () => {
  const url = await aDatabase();
  const database = await Database.open({ url, log });
  const [here, there] = [new Wakeups(), new Wakeups()];
  const links = [here, there].map((wakeups) => new WakeupLink({ database, url, wakeups, log }));
  try {
    await Promise.all(links.map((link) => link.start()));
    const heard = { here: [] as AgentId[], there: [] as AgentId[] };
    here.on('commandsElsewhere', (agentIds) => heard.here.push(...agentIds));
    there.on('commandsElsewhere', (agentIds) => heard.there.push(...agentIds));
    const agentIds = Array.from({ length: 250 }, (_, index) => `agent-${index}-${'x'.repeat(50)}` as AgentId);
    here.tell('commands', agentIds);
    await until('the notices', async () => (heard.there.length === agentIds.length ? true : null));
    expect(heard).toEqual({ here: [], there: agentIds });

    await database.query(`SELECT pg_notify('longshore_wake', 'no notice of ours')`);
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'longshore-listen'`,
    );
    await until('another notice', async () => {
      here.tell('commands', ['after' as AgentId]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return heard.there.includes('after' as AgentId) ? true : null;
    });
  } finally {
    await Promise.all(links.map((link) => link.stop()));
    await database.close();
  }
});
