import type { HeldMessage } from '@longshore/persistence';
import type { AgentId, Incarnation, MessageId } from '@longshore/protocol';
import fc from 'fast-check';
import { decideStreamBatch } from './decide-stream-batch';

const key = { agentId: 'a' as AgentId, incarnation: 'i' as Incarnation, stream: 'work' as const };
const aMessage = (seq: number, id = `m${seq}`): HeldMessage => ({
  ...key,
  seq,
  id: id as MessageId,
  type: 'step.ended',
  body: {},
});
const aStream = (highest: number) => ({
  ...key,
  highest,
  highestId: highest === 0 ? null : (`m${highest}` as MessageId),
});

it('applies in order, each message once, however the batches cut, repeat and shuffle the stream', () => {
  const batches = fc.array(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), { minLength: 1 });
  fc.assert(
    fc.property(batches, (seqs) => {
      let stream: ReturnType<typeof decideStreamBatch>['stream'] = aStream(0);
      const store = new Map<number, HeldMessage & { applied: boolean }>();
      const applied: number[] = [];
      for (const batch of seqs) {
        const held = [...store.values()].filter((message) => !message.applied);
        const recorded = batch.flatMap((seq) => store.get(seq) ?? []);
        const verdict = decideStreamBatch({ stream, held, recorded, messages: batch.map((seq) => aMessage(seq)) });
        expect(verdict.conflict).toBeNull();
        for (const message of verdict.record) {
          expect(store.has(message.seq)).toBe(false);
          store.set(message.seq, message);
        }
        for (const { seq } of verdict.apply) store.set(seq, { ...aMessage(seq), applied: true });
        applied.push(...verdict.apply.map(({ seq }) => seq));
        stream = verdict.stream;
        expect(stream.highestId).toBe(stream.highest === 0 ? null : `m${stream.highest}`);
      }
      expect(applied).toEqual(Array.from({ length: stream.highest }, (_, index) => index + 1));
      expect(new Set(store.keys())).toEqual(new Set(seqs.flat()));
      expect(store.has(stream.highest + 1)).toBe(false);
    }),
  );
});

it.each([
  ['recorded long ago', { stream: aStream(3), held: [], recorded: [aMessage(2)], messages: [aMessage(2, 'other')] }],
  ['the newest of the stream', { stream: aStream(3), held: [], recorded: [], messages: [aMessage(3, 'other')] }],
  ['waiting behind a gap', { stream: aStream(3), held: [aMessage(6)], recorded: [], messages: [aMessage(6, 'other')] }],
  ['in the same batch', { stream: aStream(3), held: [], recorded: [], messages: [aMessage(4), aMessage(4, 'other')] }],
])('finds the conflict with a message that is %s', (_, batch) => {
  expect(decideStreamBatch(batch).conflict).toMatchObject({ id: 'other' });
});

it('takes what stands before a conflict and nothing after it', () => {
  const verdict = decideStreamBatch({
    stream: aStream(3),
    held: [],
    recorded: [aMessage(2)],
    messages: [aMessage(5), aMessage(2, 'other'), aMessage(4)],
  });
  expect(verdict).toMatchObject({ record: [], apply: [], stream: { highest: 3 } });
});
