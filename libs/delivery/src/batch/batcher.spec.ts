import { Batcher } from './batcher';

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('Batcher', () => {
  it('writes one batch at a time and gathers the next meanwhile', async () => {
    const batches: number[][] = [];
    let release: () => void = () => undefined;
    const batcher = new Batcher<number, number>({
      maxSize: 3,
      write: async (entries) => {
        batches.push([...entries]);
        await new Promise<void>((resolve) => (release = resolve));
        return entries.map((entry) => entry * 10);
      },
    });
    const answers = [1, 2].map((entry) => batcher.add(entry));
    await tick();
    const later = [3, 4, 5, 6].map((entry) => batcher.add(entry));
    expect(batches).toEqual([[1, 2]]);
    release();
    expect(await Promise.all(answers)).toEqual([10, 20]);
    await tick();
    expect(batches).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
    release();
    await tick();
    release();
    expect(await Promise.all(later)).toEqual([30, 40, 50, 60]);
  });

  it('rejects exactly the entries of a failed batch and goes on', async () => {
    let failing = true;
    const batcher = new Batcher<string, string>({
      maxSize: 10,
      write: async (entries) => {
        if (failing) throw new Error('disk full');
        return entries;
      },
    });
    await expect(batcher.add('a')).rejects.toThrow('disk full');
    failing = false;
    await expect(batcher.add('b')).resolves.toBe('b');
  });
});
