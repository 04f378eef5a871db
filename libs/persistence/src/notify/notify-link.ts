/**
 * Tells the other server processes that something is worth a look, over LISTEN and NOTIFY.
 *
 * Notices of a short while go out together and outside every transaction: NOTIFY inside one serialises commits. It
 * is normal that some are lost (a reconnect); whoever listens has a slow sweep as well.
 */
import { Client, type Notification } from 'pg';
import type { Database } from '../database/database';
import { codeOf } from '../database/postgres-failure';

export interface NotifyLinkOptions {
  readonly database: Database;
  readonly url: string;
  readonly channel: string;
  readonly onNotice: (notice: string) => void;
  readonly log: (line: string) => void;
}

const gatherMs = 20;
const reconnectMs = 2_000;

export class NotifyLink {
  private waiting: string[] = [];
  private gathering: NodeJS.Timeout | null = null;
  private reconnecting: NodeJS.Timeout | null = null;
  private client: Client | null = null;
  private stopped = false;

  constructor(private readonly options: NotifyLinkOptions) {}

  /** Resolves when the first connection listens; later losses mend themselves. */
  async start(): Promise<void> {
    await this.listen();
  }

  /** At most 7,900 bytes: PostgreSQL's limit for one notice. */
  send(notice: string): void {
    if (this.stopped) return;
    this.waiting.push(notice);
    this.gathering ??= setTimeout(() => void this.flush(), gatherMs);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.gathering !== null) clearTimeout(this.gathering);
    if (this.reconnecting !== null) clearTimeout(this.reconnecting);
    const client = this.client;
    this.client = null;
    await client?.end();
  }

  private async flush(): Promise<void> {
    this.gathering = null;
    const notices = [...new Set(this.waiting)];
    this.waiting = [];
    try {
      await this.options.database.query('SELECT pg_notify($1, n) FROM unnest($2::text[]) AS n', [
        this.options.channel,
        notices,
      ]);
    } catch (error) {
      this.options.log(`other servers could not be woken (${codeOf(error)}); their sweep will find it`);
    }
  }

  private async listen(): Promise<void> {
    const client = new Client({
      connectionString: this.options.url,
      application_name: 'longshore-listen',
      keepAlive: true,
    });
    client.on('error', () => this.listenAgain(client));
    client.on('end', () => this.listenAgain(client));
    client.on('notification', ({ payload }: Notification) => this.options.onNotice(payload ?? ''));
    this.client = client;
    await client.connect();
    await client.query(`LISTEN ${this.options.channel}`);
  }

  private listenAgain(lost: Client): void {
    if (this.stopped || this.client !== lost) return;
    this.client = null;
    this.reconnecting = setTimeout(() => {
      this.listen().catch(() => {
        const failed = this.client;
        if (failed !== null) this.listenAgain(failed);
      });
    }, reconnectMs);
  }
}
