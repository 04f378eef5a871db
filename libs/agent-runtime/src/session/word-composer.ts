/**
 * How does a control word or report of ours look? Unsequenced, with a `count` that strictly increases for as long as
 * the journal lives: it continues from the journal's last entry, so a restart within one epoch does not repeat one
 * (docs/protocol.md, Messages).
 */
import { randomUUID } from 'node:crypto';
import { type BodyOf, type MessageId, messageIdSchema, protocolVersion } from '@longshore/protocol';
import type { UnsequencedToServer } from '@longshore/delivery';
import type { JournalOwner } from '../journal/compose-event';
import type { Journal } from '../journal/journal';

export type WordType = UnsequencedToServer['type'];

/** Words that fit between two entries of the journal. */
const wordsPerEntry = 1_000_000;

export class WordComposer {
  private count = 0;

  constructor(
    private readonly owner: JournalOwner,
    private readonly journal: Journal,
  ) {}

  compose<T extends WordType>(type: T, body: BodyOf<T>, id: MessageId = messageIdSchema.parse(randomUUID())) {
    this.count = Math.max(this.count + 1, this.journal.end.seq * wordsPerEntry);
    return {
      v: protocolVersion,
      type,
      id,
      ...this.owner,
      serverIncarnation: this.journal.serverIncarnation,
      incarnation: this.journal.incarnation,
      epoch: this.journal.lastGrant?.epoch ?? 0,
      direction: 'agent-to-server',
      count: this.count,
      at: new Date().toISOString(),
      body,
    } as UnsequencedToServer;
  }
}
