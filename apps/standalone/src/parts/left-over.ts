/**
 * Ends what a launcher that was killed left running: the server and the agents, whose ports and homes are needed again.
 * Running steps are not touched, the agents find them again; PostgreSQL and RabbitMQ are taken over where they are.
 */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { endRememberedProcess } from '@longshore/embedded';
import type { Layout } from '../layout';
import { stopMs } from '../supervised-process';

export async function endLeftOvers({ running }: Layout, say: (text: string) => void): Promise<void> {
  const records = readdirSync(running).filter((name) => name.endsWith('.json'));
  await Promise.all(
    records.map(async (record) => {
      const pid = await endRememberedProcess(join(running, record), stopMs);
      if (pid !== null) say(`${basename(record, '.json')} (pid ${pid}) was left by a start that was killed; ended it`);
    }),
  );
}
