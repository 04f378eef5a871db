/** Carries wake-ups between the server processes of one database (docs/architecture.md, Scale path). */
import { randomUUID } from 'node:crypto';
import { type Database, NotifyLink } from '@longshore/persistence';
import { agentIdSchema, runIdSchema } from '@longshore/protocol';
import { z } from 'zod';
import type { Wakeups } from './wakeups';

const channel = 'longshore_wake';
/** Ids have at most 64 characters and a notice 8,000 bytes. */
const idsPerNotice = 100;

const noticeSchema = z.discriminatedUnion('about', [
  z.object({ from: z.string(), about: z.literal('commands'), ids: z.array(agentIdSchema) }),
  z.object({ from: z.string(), about: z.literal('agents'), ids: z.array(agentIdSchema) }),
  z.object({ from: z.string(), about: z.literal('runs'), ids: z.array(runIdSchema) }),
]);

export interface WakeupLinkOptions {
  readonly database: Database;
  readonly url: string;
  readonly wakeups: Wakeups;
  readonly log: (line: string) => void;
}

export class WakeupLink {
  private readonly self = randomUUID();
  private readonly link: NotifyLink;

  constructor(private readonly options: WakeupLinkOptions) {
    this.link = new NotifyLink({ ...options, channel, onNotice: (notice) => this.receive(notice) });
    for (const topic of ['commands', 'agents', 'runs'] as const) {
      options.wakeups.on(topic, (ids: readonly string[]) => this.send(topic, ids));
    }
  }

  start(): Promise<void> {
    return this.link.start();
  }

  stop(): Promise<void> {
    return this.link.stop();
  }

  private send(about: string, ids: readonly string[]): void {
    for (let start = 0; start < ids.length; start += idsPerNotice) {
      this.link.send(JSON.stringify({ from: this.self, about, ids: ids.slice(start, start + idsPerNotice) }));
    }
  }

  /** Whoever may connect to the database may also notify: what does not parse is passed over. */
  private receive(text: string): void {
    const notice = noticeSchema.safeParse(parseJson(text)).data;
    if (notice === undefined || notice.from === this.self) return;
    const { wakeups } = this.options;
    if (notice.about === 'commands') wakeups.tell('commandsElsewhere', notice.ids);
    else if (notice.about === 'agents') wakeups.tell('agentsElsewhere', notice.ids);
    else wakeups.tell('runsElsewhere', notice.ids);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
