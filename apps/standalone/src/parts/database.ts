/** Keeps the embedded PostgreSQL running: one that dies is started again on the same port and with the same data. */
import { EmbeddedPostgres } from '@longshore/embedded';
import { keepRunning } from './keep-running';

export interface Database {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startDatabase(folder: string, say: (text: string) => void): Promise<Database> {
  const start = (): Promise<EmbeddedPostgres> => EmbeddedPostgres.start({ folder, log: say });
  const { first, stop } = await keepRunning({ name: 'PostgreSQL', start, say });
  return { url: first.databaseUrl, stop };
}
