import type { AgentType, ServerId } from '@longshore/protocol';
import { enrol } from '../attacker/enrolled-agent';
import { RoguePeer } from '../attacker/rogue-peer';
import { held, isComplete, record } from '../report/row';
import { Agent, install } from '../site/agent';
import type { Weakening } from '../site/programs';
import { type Lines, linesOf, realSite } from '../site/site-under-attack';
import { until } from '../site/until';

const enoughDials = isComplete ? 3 : 1;
const patienceMs = 25_000;

let serverId: ServerId;

interface Seen {
  readonly dialled: number;
  readonly bytes: number;
}

/** Lets a rogue answer for as long as something is done, and puts things right again. */
async function withRogue(place: Place, during: (rogue: RoguePeer) => Promise<unknown>): Promise<Seen> {
  const rogue = await RoguePeer.listen(serverId);
  const lines = linesOf();
  try {
    place(rogue.port, lines);
    await during(rogue);
    return { dialled: rogue.dialled, bytes: rogue.bytes };
  } finally {
    lines.putRight();
    rogue.close();
  }
}

/** Often enough; then whoever is about to say something gets the time for it. One word is enough to know. */
async function untilDialled(rogue: RoguePeer): Promise<void> {
  const isTold = (): boolean => rogue.bytes > 0;
  await until('a rogue that is dialled', patienceMs, () => isTold() || rogue.dialled >= enoughDials).catch(
    () => undefined,
  );
  await until('a word to the rogue', 2_000, isTold).catch(() => undefined);
}

type Place = (rogue: number, lines: Lines) => void;

const insteadOfTheServer: Place = (rogue, { first, second }) => [first, second].forEach((line) => line.pointTo(rogue));
const asFailOverTarget: Place = (rogue, { first, second }) => {
  first.pointTo(null);
  second.pointTo(rogue);
};
const insteadOfTheBroker: Place = (rogue, { broker }) => broker.pointTo(rogue);

/** A JMS agent's HTTPS leg is the web agent's: the ordinary run looks at its AMQP leg alone, and at few places. */
const placesFor = (type: AgentType, isControl: boolean): readonly Place[] => {
  const broker = type === 'jms' ? [insteadOfTheBroker] : [];
  if (isComplete) return [insteadOfTheServer, asFailOverTarget, ...broker];
  return type === 'jms' ? broker : isControl ? [] : [asFailOverTarget];
};

const triesFirstContact = (type: AgentType): boolean => isComplete || type === 'web';

async function atFirstContact(type: AgentType, weakening: Weakening | null): Promise<Seen> {
  let code: number | null = 0;
  const seen = await withRogue(insteadOfTheServer, async (rogue) => {
    // An agent that believes the rogue would wait for its answer; to be told is enough.
    const told = until('a word to the rogue', 30_000, () => rogue.bytes > 0).catch(() => undefined);
    ({ code } = await install({ site: realSite(), type, weakening, giveUpWith: told }));
  });
  expect(code).not.toBe(0);
  return seen;
}

const later = (place: Place): Promise<Seen> => withRogue(place, untilDialled);

interface Tried {
  attempts: number;
  refused: number;
  told: number;
}

const note = (tried: Tried, { dialled, bytes }: Seen): void => {
  // Nobody dialled: that proves nothing, so it counts as no attempt.
  tried.attempts += dialled;
  tried.refused += bytes === 0 ? dialled : 0;
  tried.told += bytes > 0 ? 1 : 0;
};

async function attack(type: AgentType, weakening: Weakening | null): Promise<Tried> {
  const tried: Tried = { attempts: 0, refused: 0, told: 0 };
  if (triesFirstContact(type)) note(tried, await atFirstContact(type, weakening));
  if (placesFor(type, weakening !== null).length === 0) return tried;
  const agent = await Agent.start({ site: realSite(), type, weakening });
  try {
    for (const place of placesFor(type, weakening !== null)) note(tried, await later(place));
    // Nothing that a rogue said has moved the pin: with the real server in its place all goes on.
    if (weakening === null && isComplete) await agent.untilOnline(60_000);
  } finally {
    await agent.stop();
  }
  return tried;
}

describe('when a rogue answers', () => {
  beforeAll(async () => {
    ({ serverId } = (await enrol(realSite(), { name: 'looks-for-the-server-id' })).answer);
  });

  it.each(['web', 'jms'] as const)(
    'is told nothing by a %s agent',
    async (type) => {
      const real = await attack(type, null);
      const control = await attack(type, 'pin-check');
      const row = record({
        attack: `a rogue ${type === 'jms' ? 'server or broker' : 'server'} and a ${type} agent: at first contact, later, at fail-over`,
        attempts: real.attempts,
        refused: real.refused,
        control: {
          weakening: 'pin-check',
          attempts: Number(triesFirstContact(type)) + placesFor(type, true).length,
          succeeded: control.told,
        },
        note: `${real.told === 0 ? 0 : 'some'} application bytes on ${real.attempts} connections`,
      });
      expect(row).toEqual(held(real.attempts));
      expect(real.attempts).toBeGreaterThanOrEqual(2);
    },
    300_000,
  );
});
