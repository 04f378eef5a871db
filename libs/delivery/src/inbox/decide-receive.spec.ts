import fc from 'fast-check';
import type { MessageId } from '@longshore/protocol';
import { contiguousFrom, decideReceive } from './decide-receive';

/** A receiver that follows the verdicts to the letter, as both ends do. */
class Receiver {
  readonly applied: number[] = [];
  readonly ids = new Map<number, MessageId>();
  highest = 0;

  receive(seq: number, id: MessageId) {
    const verdict = decideReceive({ highest: this.highest, idAt: (at) => this.ids.get(at) }, { seq, id });
    if (verdict.verdict !== 'apply' && verdict.verdict !== 'hold') return verdict.verdict;
    this.ids.set(seq, id);
    const reached = contiguousFrom(this.highest, new Set(this.ids.keys()));
    for (let next = this.highest + 1; next <= reached; next += 1) this.applied.push(next);
    this.highest = reached;
    return verdict.verdict;
  }
}

const idOf = (seq: number, who = 'sender') => `${who} ${seq}` as MessageId;

describe('decideReceive', () => {
  it('applies each message once and in order, whatever is doubled and reordered on the way', () => {
    const deliveries = fc.integer({ min: 1, max: 30 }).chain((count) =>
      fc.tuple(
        fc.constant(count),
        fc.array(fc.integer({ min: 1, max: count }), { maxLength: 60 }),
        fc.shuffledSubarray(
          Array.from({ length: count }, (_, i) => i + 1),
          { minLength: count },
        ),
      ),
    );
    fc.assert(
      fc.property(deliveries, ([count, noise, everything]) => {
        const receiver = new Receiver();
        for (const seq of [...noise, ...everything]) receiver.receive(seq, idOf(seq));
        expect(receiver.applied).toEqual(Array.from({ length: count }, (_, i) => i + 1));
      }),
    );
  });

  it('holds what is ahead of a gap and tells it from the next in order', () => {
    const receiver = new Receiver();
    expect(receiver.receive(2, idOf(2))).toBe('hold');
    expect(receiver.applied).toEqual([]);
    expect(receiver.receive(1, idOf(1))).toBe('apply');
    expect(receiver.applied).toEqual([1, 2]);
  });

  it('reports another message under a known number, applied or held, as a conflict', () => {
    const receiver = new Receiver();
    receiver.receive(1, idOf(1));
    receiver.receive(3, idOf(3));
    expect(receiver.receive(1, idOf(1, 'clone'))).toBe('conflict');
    expect(receiver.receive(3, idOf(3, 'clone'))).toBe('conflict');
    expect(receiver.applied).toEqual([1]);
  });

  it('takes a number below the cursor whose id is forgotten for a duplicate', () => {
    expect(decideReceive({ highest: 9, idAt: () => undefined }, { seq: 4, id: idOf(4) })).toEqual({
      verdict: 'duplicate',
    });
  });
});
