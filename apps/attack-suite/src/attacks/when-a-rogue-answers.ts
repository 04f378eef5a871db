import type { AgentType, ServerId } from '@longshore/protocol';
import { enrol } from '../attacker/enrolled-agent';
import { RoguePeer } from '../attacker/rogue-peer';
import { held, record } from '../report/row';
import { Agent, install } from '../site/agent';
import type { Weakening } from '../site/programs';
import { type Lines, linesOf, realSite } from '../site/site-under-attack';
import { until } from '../site/until';

const enoughDials = 2;
const patienceMs = 25_000;

let serverId: ServerId;

interface Seen {
  readonly dialled: number;
  readonly bytes: number;
}

/** Lets a rogue answer for as long as something is done, and puts things right again. */
async function withRogue(
  place: (rogue: number, lines: Lines) => void,
  during: (rogue: RoguePeer) => Promise<unknown>,
): Promise<Seen> {
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

/** Often enough, or told something: one word is enough to know. */
const untilDialled = (rogue: RoguePeer): Promise<unknown> =>
  until('a rogue that is dialled', patienceMs, () => rogue.bytes > 0 || rogue.dialled >= enoughDials).catch(
    () => undefined,
  );

const places: Readonly<Record<string, (rogue: number, lines: Lines) => void>> = {
  'answers instead of the server': (rogue, { first, second }) => [first, second].forEach((line) => line.pointTo(rogue)),
  'is a fail-over target': (rogue, { first, second }) => {
    first.pointTo(null);
    second.pointTo(rogue);
  },
};

async function atFirstContact(type: AgentType, weakening: Weakening | null): Promise<Seen> {
  const everywhere = places['answers instead of the server'] ?? (() => undefined);
  let code: number | null = 0;
  const seen = await withRogue(everywhere, async () => ({ code } = await install({ site: realSite(), type, weakening })));
  expect(code).not.toBe(0);
  return seen;
}

const later = (place: (rogue: number, lines: Lines) => void): Promise<Seen> => withRogue(place, untilDialled);

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
  note(tried, await atFirstContact(type, weakening));
  const agent = await Agent.start({ site: realSite(), type, weakening });
  try {
    for (const place of Object.values(places)) {
      note(tried, await later(place));
    }
    if (type === 'jms') note(tried, await later((rogue, { broker }) => broker.pointTo(rogue)));
    // Nothing that a rogue said has moved the pin: with the real server in its place all goes on.
    if (weakening === null) await agent.untilOnline(60_000);
  } finally {
    await agent.stop();
  }
  return tried;
}

describe('when a rogue answers', () => {
  beforeAll(async () => {
    ({ serverId } = (await enrol(realSite(), { name: 'looks-for-the-server-id' })).answer);
  });

  it.each(['web', 'jms'] as const)('is told nothing by a %s agent', async (type) => {
    const real = await attack(type, null);
    const control = await attack(type, 'pin-check');
    const row = record({
      attack: `a rogue server, ${type} agent: first contact, later, fail-over${type === 'jms' ? ', broker' : ''}`,
      attempts: real.attempts,
      refused: real.refused,
      control: { weakening: 'pin-check', attempts: 3, succeeded: control.told },
      note: `${real.told === 0 ? 0 : 'some'} application bytes on ${real.attempts} connections`,
    });
    expect(row).toEqual(held(real.attempts));
    expect(real.attempts).toBeGreaterThanOrEqual(type === 'web' ? 5 : 7);
  }, 300_000);
});
