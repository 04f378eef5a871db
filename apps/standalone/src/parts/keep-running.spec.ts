import { keepRunning, type Service } from './keep-running';

/** A service whose end and whose starts are in the spec's hand. */
class Puppet implements Service {
  private readonly gone = Promise.withResolvers<void>();
  readonly exited = this.gone.promise;
  stopped = false;

  die(): void {
    this.gone.resolve();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.gone.resolve();
  }
}

const turns = () => new Promise<void>((resolve) => setTimeout(resolve, 10));

function aKeeper(starts: (() => Promise<Puppet>)[]) {
  const said: string[] = [];
  const start = (): Promise<Puppet> => starts.shift()?.() ?? Promise.reject(new Error('no more'));
  return { said, kept: keepRunning({ name: 'the puppet', start, say: (text) => said.push(text) }) };
}

describe('keepRunning', () => {
  it('clears away what ended by itself and starts it again', async () => {
    const [first, second] = [new Puppet(), new Puppet()];
    const { said, kept } = aKeeper([async () => first, async () => second]);
    await kept;
    first.die();
    await turns();
    expect(said).toEqual(['the puppet ended by itself; starting it again']);
    expect(first.stopped).toBe(true);
    await (await kept).stop();
    expect(second.stopped).toBe(true);
  });

  it('waits at its stop for a start that is under way, and leaves nothing running', async () => {
    const [first, second] = [new Puppet(), new Puppet()];
    const slow = Promise.withResolvers<Puppet>();
    const { kept } = aKeeper([async () => first, () => slow.promise]);
    await kept;
    first.die();
    await turns();
    const stopped = (await kept).stop();
    slow.resolve(second);
    await stopped;
    expect(second.stopped).toBe(true);
  });

  it('ends its tries when it is stopped between two starts that fail', async () => {
    const first = new Puppet();
    const { said, kept } = aKeeper([async () => first]);
    await kept;
    first.die();
    await turns();
    expect(said.at(-1)).toBe('the puppet does not start: no more; trying again');
    await (await kept).stop();
  });

  it('passes the failure of the first start on', async () => {
    await expect(aKeeper([]).kept).rejects.toThrow('no more');
  });
});
