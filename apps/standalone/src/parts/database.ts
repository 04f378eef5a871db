/** Keeps the embedded PostgreSQL running: one that dies is started again on the same port and with the same data. */
import { EmbeddedPostgres } from '@longshore/embedded';

export interface Database {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startDatabase(folder: string, say: (text: string) => void): Promise<Database> {
  let current = await EmbeddedPostgres.start({ folder, log: say });
  let stopping = false;
  const watch = (): void => {
    void current.exited.then(async () => {
      if (stopping) return;
      say('PostgreSQL ended by itself; starting it again');
      const { port } = current;
      await current.stop();
      current = await EmbeddedPostgres.start({ folder, port, log: say });
      watch();
    });
  };
  watch();
  return {
    url: current.databaseUrl,
    stop: async () => {
      stopping = true;
      await current.stop();
    },
  };
}
