import { setTimeout as pause } from 'node:timers/promises';
import type { EventMessage } from '@longshore/protocol';
import { WorkCourier } from './work-courier';

const work = (...seqs: number[]) => seqs.map((seq) => ({ type: 'step.ended', stream: 'work', seq }) as EventMessage);
const until = async (isSo: () => boolean): Promise<void> => {
  for (const giveUpAt = performance.now() + 5_000; !isSo(); await pause(5)) {
    if (performance.now() > giveUpAt) throw new Error('it never came');
  }
};

describe('the courier of results', () => {
  function aCourier(answer: (seqs: number[], call: number) => number | Error) {
    const posted: number[][] = [];
    const acknowledged: number[] = [];
    const problems: unknown[] = [];
    const courier = new WorkCourier({
      post: async (messages) => {
        posted.push(messages.map(({ seq }) => seq));
        const seq = answer(posted.at(-1) ?? [], posted.length);
        if (seq instanceof Error) throw seq;
        return { acks: seq === 0 ? [] : [{ stream: 'work', seq }], refused: [] };
      },
      acknowledged: (seq) => acknowledged.push(seq),
      problem: (cause) => problems.push(cause),
      refused: () => undefined,
    });
    return { courier, posted, acknowledged, problems };
  }

  it('posts in order, and what is still owed again until the server has it', async () => {
    const { courier, posted, acknowledged } = aCourier((seqs, call) => (call === 1 ? 1 : (seqs.at(-1) ?? 0)));
    courier.add(work(3, 1, 2));
    await until(() => acknowledged.at(-1) === 3);
    expect(posted).toEqual([
      [1, 2, 3],
      [2, 3],
    ]);
  });

  it('does not end with an outage, nor with a server that does not acknowledge', async () => {
    const { courier, posted, acknowledged, problems } = aCourier((seqs, call) => {
      if (call === 1) return new Error('away');
      return call === 2 ? 0 : (seqs.at(-1) ?? 0);
    });
    courier.add(work(1));
    await until(() => acknowledged.length === 1);
    expect(posted).toEqual([[1], [1], [1]]);
    expect(problems).toHaveLength(1);
  });

  it('holds a repeated message once', async () => {
    const { courier, posted } = aCourier((seqs) => seqs.at(-1) ?? 0);
    courier.add(work(1));
    courier.add(work(1, 2));
    await until(() => posted.flat().includes(2));
    expect(posted).toEqual([[1], [2]]);
    courier.stop();
  });
});
