/** Carries wake-ups between the server processes of one database (docs/architecture.md, Scale path). */
import { randomUUID } from 'node:crypto';
import { type Database, NotifyLink } from '@longshore/persistence';
import { agentIdSchema, agentTypeSchema, byeReasonSchema, fingerprintSchema, runIdSchema } from '@longshore/protocol';
import { z } from 'zod';
import type { Wakeups } from './wakeups';

const channel = 'longshore_wake';
/** Ids have at most 64 characters and a notice 8,000 bytes. */
const idsPerNotice = 100;
/** These are longer: id, type and reason. */
const changesPerNotice = 40;

const trustChangeSchema = z.object({
  agentId: agentIdSchema,
  type: agentTypeSchema,
  effect: z.union([byeReasonSchema, z.literal('resync')]),
});

const noticeSchema = z.discriminatedUnion('about', [
  z.object({ from: z.string(), about: z.literal('commands'), ids: z.array(agentIdSchema) }),
  z.object({ from: z.string(), about: z.literal('agents'), ids: z.array(agentIdSchema) }),
  z.object({ from: z.string(), about: z.literal('runs'), ids: z.array(runIdSchema) }),
  z.object({ from: z.string(), about: z.literal('trust'), ids: z.array(trustChangeSchema) }),
  z.object({ from: z.string(), about: z.literal('serverKey'), ids: z.array(fingerprintSchema) }),
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
    for (const topic of ['commands', 'agents', 'runs', 'serverKey'] as const) {
      options.wakeups.on(topic, (ids: readonly string[]) => this.send(topic, ids, idsPerNotice));
    }
    options.wakeups.on('trust', (changes) => this.send('trust', changes, changesPerNotice));
  }

  start(): Promise<void> {
    return this.link.start();
  }

  stop(): Promise<void> {
    return this.link.stop();
  }

  private send(about: string, ids: readonly unknown[], perNotice: number): void {
    for (let start = 0; start < ids.length; start += perNotice) {
      this.link.send(JSON.stringify({ from: this.self, about, ids: ids.slice(start, start + perNotice) }));
    }
  }

  /** Whoever may connect to the database may also notify: what does not parse is passed over. */
  private receive(text: string): void {
    const notice = noticeSchema.safeParse(parseJson(text)).data;
    if (notice === undefined || notice.from === this.self) return;
    const { wakeups } = this.options;
    if (notice.about === 'commands') wakeups.tell('commandsElsewhere', notice.ids);
    else if (notice.about === 'agents') wakeups.tell('agentsElsewhere', notice.ids);
    else if (notice.about === 'trust') wakeups.tell('trustElsewhere', notice.ids);
    else if (notice.about === 'serverKey') wakeups.tell('serverKeyElsewhere', notice.ids);
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
