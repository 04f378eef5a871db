/**
 * What becomes of the messages of one stream that came together? (docs/protocol.md, Delivery)
 *
 * Each is judged against what the store has and what the same batch brought before it; a message that is held for
 * the moment is applied all the same when the batch as a whole closes the gap. After a conflict nothing more of the stream is taken: one side went back in time.
 */
import { contiguousFrom, decideReceive } from '@longshore/delivery';
import type { HeldMessage, NewMessage, RecordedMessage, StreamState } from '@longshore/persistence';
import type { MessageId } from '@longshore/protocol';

export interface StreamBatch {
  readonly stream: StreamState;
  /** What waits behind a gap in the store. */
  readonly held: readonly HeldMessage[];
  /** What the store has under the numbers of the messages. */
  readonly recorded: readonly RecordedMessage[];
  readonly messages: readonly HeldMessage[];
}

export interface StreamVerdict {
  readonly record: readonly NewMessage[];
  /** In their order, some of them from the store. */
  readonly apply: readonly HeldMessage[];
  readonly stream: StreamState;
  readonly filledGap: boolean;
  readonly conflict: { readonly seq: number; readonly id: MessageId; readonly recordedId: MessageId } | null;
}

export function decideStreamBatch({ stream, held, recorded, messages }: StreamBatch): StreamVerdict {
  const ids = new Map([...held, ...recorded].map(({ seq, id }) => [seq, id]));
  if (stream.highestId !== null) ids.set(stream.highest, stream.highestId);
  const fresh = new Map<number, HeldMessage>();
  let conflict: StreamVerdict['conflict'] = null;
  let highest = stream.highest;
  const waiting = new Map(held.map((message) => [message.seq, message]));
  for (const message of messages.toSorted((a, b) => a.seq - b.seq)) {
    const verdict = decideReceive({ highest, idAt: (seq) => ids.get(seq) }, message);
    if (verdict.verdict === 'conflict') {
      conflict = { seq: message.seq, id: message.id, recordedId: verdict.recordedId };
      break;
    }
    if (verdict.verdict === 'duplicate') continue;
    ids.set(message.seq, message.id);
    fresh.set(message.seq, message);
    waiting.set(message.seq, message);
    if (verdict.verdict === 'apply') highest = message.seq;
  }
  highest = contiguousFrom(highest, new Set(waiting.keys()));
  return {
    ...settle(stream, highest, waiting),
    record: recordsOf(fresh, highest),
    filledGap: held.some(({ seq }) => seq <= highest),
    conflict,
  };
}

function settle(
  stream: StreamState,
  highest: number,
  waiting: ReadonlyMap<number, HeldMessage>,
): Pick<StreamVerdict, 'apply' | 'stream'> {
  const apply: HeldMessage[] = [];
  for (let seq = stream.highest + 1; seq <= highest; seq += 1) {
    const message = waiting.get(seq);
    if (message !== undefined) apply.push(message);
  }
  return { apply, stream: { ...stream, highest, highestId: apply.at(-1)?.id ?? stream.highestId } };
}

function recordsOf(fresh: ReadonlyMap<number, HeldMessage>, highest: number): NewMessage[] {
  return [...fresh.values()].map((message) => ({ ...message, applied: message.seq <= highest }));
}
