import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiPaths } from '@longshore/rest-contract';
import { becomeImpersonator, BrokerSession, type Publication } from '../attacker/broker-session';
import { enrol, type EnrolledAgent } from '../attacker/enrolled-agent';
import { loginOf, queueOf, signedEvent, signedHello, signedStatus, textIn } from '../attacker/own-words';
import { held, record } from '../report/row';
import { Agent } from '../site/agent';
import { countIn, rowsOf } from '../site/database';
import type { Weakening } from '../site/programs';
import { asOperator, type SiteFacts } from '../site/site';
import { realSite, restartServer, weakSite } from '../site/site-under-attack';
import { until } from '../site/until';
import { startShell, untilEnded } from '../site/work';

const soonMs = 30_000;

interface Outcome {
  readonly tried: number;
  readonly effects: number;
}

async function asAdmin<T>({ broker }: SiteFacts, doing: (admin: BrokerSession) => Promise<T>): Promise<T> {
  if (broker === null) throw new Error('this site has no broker');
  await becomeImpersonator(broker);
  const admin = await BrokerSession.asAdmin(broker);
  try {
    return await doing(admin);
  } finally {
    await admin.close();
  }
}

async function openAs(site: SiteFacts, agent: EnrolledAgent): Promise<BrokerSession> {
  const { broker } = site;
  if (broker === null) throw new Error('this site has no broker');
  return until("the agent's user in the broker", soonMs, () => BrokerSession.open(broker, loginOf(agent)));
}

/** With a session, granted for a hello of its own. */
async function anAgentWithSession(site: SiteFacts, name = `r-${randomUUID().slice(0, 8)}`): Promise<EnrolledAgent> {
  const agent = await enrol(site, { name, type: 'jms' });
  await greet(site, agent);
  return agent;
}

async function greet(site: SiteFacts, agent: EnrolledAgent): Promise<void> {
  const own = await openAs(site, agent);
  await own.publishAll([await signedHello(agent)]);
  await until('its session', soonMs, () => countIn(site, 'agents WHERE id = $1 AND epoch = 1', [agent.id]));
  await own.close();
}

const tracesOf = (site: SiteFacts, { id }: EnrolledAgent): Promise<number> =>
  countIn(site, `audit WHERE actor = $1 AND action = 'pin.refused'`, [`agent:${id}`]);

const untilTraced = (site: SiteFacts, { id }: EnrolledAgent, seq: number): Promise<unknown> =>
  until(`an effect of event ${seq}`, soonMs, () =>
    countIn(site, `audit WHERE actor = $1 AND details ->> 'address' = $2`, [`agent:${id}`, `${seq}`]),
  );

/** Counts effects beyond one of each event, whatever way it comes again. */
async function replayEvents(site: SiteFacts, restart: () => Promise<void>): Promise<Outcome> {
  const agent = await anAgentWithSession(site);
  const events = await Promise.all([1, 2, 3, 4].map((seq) => signedEvent(agent, seq)));
  const [one, two, three, four] = events as [Publication, Publication, Publication, Publication];
  const [own, another] = [await openAs(site, agent), await openAs(site, agent)];
  await own.publishAll([one, one, one]);
  await another.publishAll([one]);
  await untilTraced(site, agent, 1);
  await asAdmin(site, (admin) => admin.publishAll([one, three, two, three, two]));
  await untilTraced(site, agent, 3);
  await Promise.all([own.close(), another.close()]);
  await restart();
  await asAdmin(site, (admin) => admin.publishAll([two, one, three, four]));
  await untilTraced(site, agent, 4);
  const traced = await rowsOf<{ address: string }>(
    site,
    `SELECT details ->> 'address' AS address FROM audit WHERE actor = $1 AND action = 'pin.refused'`,
    [`agent:${agent.id}`],
  );
  // None is lost on the way either.
  expect(new Set(traced.map(({ address }) => address))).toEqual(new Set(['1', '2', '3', '4']));
  return { tried: 9, effects: (await tracesOf(site, agent)) - events.length };
}

/** The same agent, id and key, is known to both servers; what it told the one is told the other. */
async function carryOver(from: SiteFacts, to: SiteFacts): Promise<Outcome> {
  const agent = await enrol(from, { name: `c-${randomUUID().slice(0, 8)}`, type: 'jms' });
  const twin = await enrol(to, { name: agent.id, type: 'jms', identity: agent.identity });
  if (twin.id !== agent.id) throw new Error('the name is taken');
  await greet(to, twin);
  const foreign = await Promise.all([signedEvent(agent, 1), signedEvent(agent, 2), signedStatus(agent, 1)]);
  const { userId = '' } = (await signedStatus(twin, 2)).options;
  await asAdmin(to, async (admin) => {
    await admin.publishAll(foreign.map((said) => ({ ...said, options: { userId } })));
    await admin.publishAll([await signedStatus(twin, 9)]);
  });
  await untilReported(to, twin, 9);
  return { tried: foreign.length, effects: await tracesOf(to, twin) };
}

const untilReported = (site: SiteFacts, { id }: Pick<EnrolledAgent, 'id'>, count: number): Promise<unknown> =>
  until(`report ${count}`, soonMs, () => countIn(site, 'agents WHERE id = $1 AND count_in = $2', [id, count]));

/** All that the server holds of an agent and that a word of the agent might change. */
async function knownOf(site: SiteFacts, id: string): Promise<Readonly<Record<string, string>>> {
  const [agent] = await rowsOf<Record<string, string>>(
    site,
    `SELECT control_at::text, status::text, problem, epoch::text, count_in::text, commands_acked_seq::text, quarantine,
            (SELECT count(*)::text FROM inbox WHERE agent_id = $1) AS told,
            (SELECT string_agg(state || coalesce(outcome, '?'), ' ') FROM attempts WHERE agent_id = $1) AS attempts
     FROM agents a JOIN agent_presence p ON p.agent_id = a.id WHERE a.id = $1`,
    [id],
  );
  return agent ?? {};
}

/** Says again what an agent said that is gone, and counts what looks different afterwards. */
async function replayWords(site: SiteFacts, id: string, words: readonly Publication[]): Promise<Outcome> {
  const witness = await anAgentWithSession(site);
  const before = await knownOf(site, id);
  const [first] = words;
  await asAdmin(site, async (admin) => {
    const garbage = { ...(first as Publication), body: Buffer.from('no message at all') };
    await admin.publishAll([...words, garbage]);
    // What comes after them is refused: by then they are judged; reports are gathered, so another's has to be written.
    await until('the refusal of what follows', soonMs, () =>
      countIn(site, 'refused_messages WHERE agent_id = $1', [id]),
    );
    await admin.publishAll([await signedStatus(witness, 1_000)]);
  });
  await until('the report of another agent', soonMs, async () => {
    const { count_in: count } = await knownOf(site, witness.id);
    return count !== '0';
  });
  const after = await knownOf(site, id);
  return { tried: words.length, effects: Object.keys(before).filter((key) => before[key] !== after[key]).length };
}

async function replayWordsOfOneThatIsGone(site: SiteFacts): Promise<Outcome> {
  const agent = await anAgentWithSession(site);
  const said = await signedStatus(agent, 7);
  const own = await openAs(site, agent);
  await own.publishAll([said]);
  await until('its report', soonMs, async () => (await knownOf(site, agent.id)).count_in !== '0');
  await own.close();
  return replayWords(site, agent.id, [said, said]);
}

const stepOf = (body: Buffer): { readonly jws: Buffer; readonly attemptId: string } | null => {
  const { type, body: step } = JSON.parse(textIn(body)) as { type: string; body: { attemptId: string } };
  return type === 'step.run' ? { jws: body, attemptId: step.attemptId } : null;
};

interface Snatched {
  readonly order: Publication;
  readonly attemptId: string;
  readonly runId: string;
}

/** The order for a step of A, as it lay in A's queue; A gets it as well. */
async function snatchOrder(admin: BrokerSession, site: SiteFacts, a: Agent, script: string): Promise<Snatched> {
  const snatching = admin.snatch(queueOf(a.id), stepOf);
  const runId = await startShell(site, a.id, { script });
  const { jws, attemptId } = await snatching;
  return { order: { exchange: '', key: queueOf(a.id), body: jws, options: {} }, attemptId, runId };
}

const into = ({ id }: Agent, order: Publication): Publication => ({ ...order, key: queueOf(id) });
const tells = (said: readonly Publication[], attemptId: string): boolean =>
  said.some(({ body }) => textIn(body).includes(attemptId));

/** It acknowledged or reported what was never its to do; the server shows that. */
const takenUpBy = async (site: SiteFacts, { id }: Agent): Promise<number> =>
  Math.min(1, await countIn(site, `refused_messages WHERE agent_id = $1`, [id]));

async function anAgent(weakening: Weakening | null): Promise<Agent> {
  return Agent.start({ site: realSite(), type: 'jms', weakening });
}

const expectHeld = (attack: string, real: Outcome, control: Outcome & { readonly weakening: Weakening }): void => {
  const row = record({
    ...{ attack, attempts: real.tried, refused: real.tried - real.effects },
    control: { weakening: control.weakening, attempts: control.tried, succeeded: control.effects },
  });
  expect(row).toEqual(held(real.tried));
};

describe('when the broker replays', () => {
  it('a genuine event has its effect once, in whatever order, also after a restart', async () => {
    const control = await replayEvents(await weakSite('gateway-intake'), async () => undefined);
    const real = await replayEvents(realSite(), restartServer);
    expectHeld("genuine events again: same and other connection, out of order, after the server's restart", real, {
      ...control,
      weakening: 'gateway-intake',
    });
  });

  it('it is told to another server in vain', async () => {
    // Addressees are looked at there; not even signatures would have to be.
    const real = await carryOver(realSite(), await weakSite('message-signature'));
    const control = await carryOver(realSite(), await weakSite('inbound-check'));
    expectHeld('genuine messages, told to another server that knows the same agent', real, {
      ...control,
      weakening: 'inbound-check',
    });
  });

  it('it makes nobody start anything, and no agent that is gone look alive', async () => {
    const site = realSite();
    const marker = join(site.folder, `ran-${randomUUID()}`);
    const [a, b, weakB] = await Promise.all([anAgent(null), anAgent(null), anAgent('agent-queue')]);
    const { words, started, weakStarted } = await asAdmin(site, async (admin) => {
      const said = await admin.overhear(a.id);
      const { order, attemptId, runId } = await snatchOrder(admin, site, a, `echo ran >> ${marker}`);
      await admin.publishAll([into(b, order), into(weakB, order)]);
      await until('the weakened agent to take up the order', soonMs, () => takenUpBy(site, weakB));
      expect((await untilEnded(site, runId)).state).toBe('succeeded');
      await admin.publishAll([order, order, into(b, order)]);
      // Queues are read in order: with these done, what was put there before is judged.
      for (const { id } of [a, b]) await untilEnded(site, await startShell(site, id, { script: 'true' }));
      await a.stop();
      // What it reported last is written by then.
      await until('it to look gone', soonMs, async () => {
        const { text } = await asOperator(site, apiPaths.agent(a.id));
        return !(JSON.parse(text) as { control: { up: boolean } }).control.up;
      });
      expect(tells(said, attemptId)).toBe(true);
      return {
        words: said.filter(({ body }) => !textIn(body).includes('"type":"hello"')),
        started: (await takenUpBy(site, b)) + linesIn(marker) - 1,
        weakStarted: await takenUpBy(site, weakB),
      };
    }).finally(() => Promise.all([a, b, weakB].map((agent) => agent.stop())));
    expectHeld(
      "A's genuine order put into B's queue, and into A's again when it has ended",
      { tried: 4, effects: started },
      { weakening: 'agent-queue', tried: 1, effects: weakStarted },
    );
    const real = await replayWords(site, a.id, words);
    const control = await replayWordsOfOneThatIsGone(await weakSite('gateway-intake'));
    expectHeld('all that an agent said, said again when it is gone: reports, acks, results, farewell', real, {
      ...control,
      weakening: 'gateway-intake',
    });
  });
});

const linesIn = (file: string): number =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '').length
    : 0;
