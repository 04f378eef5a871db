import { createHmac, randomUUID } from 'node:crypto';
import { createIdentity, createSigner, signMessage, type Signer } from '@longshore/pinning';
import { aMessageId } from '../../../../libs/delivery/src/testing/messages';
import { becomeImpersonator, BrokerSession, type Publication } from '../attacker/broker-session';
import { enrol, type EnrolledAgent } from '../attacker/enrolled-agent';
import { aHelloOf, loginOf, queueOf } from '../attacker/own-words';
import { held, isComplete, record } from '../report/row';
import type { SiteFacts } from '../site/site';
import { realSite, weakSite } from '../site/site-under-attack';
import { until } from '../site/until';

const base64 = (text: string): string => Buffer.from(text).toString('base64url');

interface Stage {
  readonly site: SiteFacts;
  readonly admin: BrokerSession;
  readonly a: EnrolledAgent;
  readonly b: EnrolledAgent;
  readonly signer: Signer;
  readonly signerOfB: Signer;
}

async function setStage(site: SiteFacts): Promise<Stage> {
  const { broker } = site;
  if (broker === null) throw new Error('this site has no broker');
  await becomeImpersonator(broker);
  const id = randomUUID().slice(0, 8);
  const a = await enrol(site, { name: `ha-${id}`, type: 'jms' });
  const b = await enrol(site, { name: `hb-${id}`, type: 'jms' });
  const [signer, signerOfB] = [a, b].map(({ identity }) => createSigner(identity.privateKeyPem)) as [Signer, Signer];
  const admin = await BrokerSession.asAdmin(broker);
  await until("A's queue in the broker", 15_000, async () => (await admin.depth(queueOf(a.id))) >= 0);
  return { site, admin, a, b, signer, signerOfB };
}

/** As the broker's administrator, who can vouch for any user. */
const asA = ({ a }: Stage, body: string): Publication => ({
  ...{ exchange: 'jms.in', key: `from.${a.id}.control`, body: Buffer.from(body, 'latin1') },
  options: { userId: a.answer.jms?.user ?? '', messageId: randomUUID(), type: 'hello' },
});

async function forgeries(stage: Stage): Promise<Readonly<Record<string, string>>> {
  const { a, b, signer, signerOfB } = stage;
  const fresh = async (): Promise<string> => JSON.stringify(await aHelloOf(a));
  const stranger = createSigner(createIdentity({ kind: 'agent', id: a.id }).privateKeyPem);
  const header = (fields: object): string =>
    base64(JSON.stringify({ kid: signer.fingerprint, typ: 'longshore-message+jws', ...fields }));
  const [one, other] = [
    await signMessage({ text: await fresh(), signer }),
    await signMessage({ text: await fresh(), signer }),
  ].map((jws) => jws.split('.')) as [string[], string[]];
  const publicPem = signer.publicKey.export({ type: 'spki', format: 'pem' }) as string;
  const hmacInput = `${header({ alg: 'HS256' })}.${base64(await fresh())}`;
  const toAnother = { ...(await aHelloOf(a)), serverId: randomUUID() };
  return {
    unsigned: await fresh(),
    'alg none': `${header({ alg: 'none' })}.${base64(await fresh())}.`,
    'signed with the public key as a secret': `${hmacInput}.${createHmac('sha256', publicPem).update(hmacInput).digest('base64url')}`,
    'signed by a stranger': await signMessage({ text: await fresh(), signer: stranger }),
    "signed by a stranger under A's key id": `${header({ alg: 'ES256' })}.${(await signMessage({ text: await fresh(), signer: stranger })).split('.').slice(1).join('.')}`,
    'signed by B': await signMessage({ text: await fresh(), signer: signerOfB }),
    "B's own, delivered as A's": await signMessage({ text: JSON.stringify(await aHelloOf(b)), signer: signerOfB }),
    'the payload of another message': [one[0], other[1], one[2]].join('.'),
    'the signature of another message': [one[0], one[1], other[2]].join('.'),
    'without a signature': `${one[0]}.${one[1]}.`,
    'a signature twice as long': `${one[0]}.${one[1]}.${one[2]}${one[2]}`,
    'four parts': `${one.join('.')}.${one[2]}`,
    "a statement of A's": (await aHelloOf(a)).body.sealingKey,
    'to another server': await signMessage({ text: JSON.stringify(toAnother), signer }),
    nothing: '',
    'zero bytes': '\0'.repeat(64),
    'a megabyte of nothing': 'x'.repeat(1_048_000),
  };
}

/**
 * One bit another at each place of a message that was never sent: all places, or a sample. Four bits of the signature's
 * last character stand for nothing: another one of the same meaning is the same message, spelled otherwise.
 */
async function flips({ a, signer }: Stage): Promise<string[]> {
  const jws = await signMessage({ text: JSON.stringify(await aHelloOf(a)), signer });
  const bytes = Buffer.from(jws, 'latin1');
  const step = isComplete ? 1 : 9;
  const flipped = Array.from({ length: Math.floor(bytes.length / step) }, (_, n) => {
    const other = Buffer.from(bytes);
    const at = n * step;
    other.writeUInt8(other.readUInt8(at) ^ (1 << (at % 8)), at);
    return other.toString('latin1');
  });
  const meaning = (text: string): string =>
    text
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString('hex'))
      .join('.');
  return flipped.filter((text) => meaning(text) !== meaning(jws));
}

/**
 * Publishes all of them, and then what A itself would say: once that is answered, so is everything before it. Answers
 * with how many of the others got an answer as well.
 */
async function effectOf(stage: Stage, bodies: readonly string[]): Promise<number> {
  const { admin, a, signer } = stage;
  const last = { ...(await aHelloOf(a)), id: aMessageId() };
  await admin.publishAll(bodies.map((body) => asA(stage, body)));
  await admin.publishAll([asA(stage, await signMessage({ text: JSON.stringify(last), signer }))]);
  const answered: (string | undefined)[] = [];
  await until('the answer to what A itself said', 60_000, async () => {
    for (const content of await admin.take(queueOf(a.id))) {
      const text = Buffer.from(content.toString('latin1').split('.')[1] ?? '', 'base64url').toString();
      answered.push((JSON.parse(text) as { inReplyTo?: string }).inReplyTo);
    }
    return answered.includes(last.id);
  });
  return answered.filter((id) => id !== undefined && id !== last.id).length;
}

interface Outcome {
  readonly tried: number;
  readonly effects: number;
}

async function attempt(site: SiteFacts, make: (stage: Stage) => Promise<readonly string[]>): Promise<Outcome> {
  const stage = await setStage(site);
  try {
    const bodies = await make(stage);
    return { tried: bodies.length, effects: await effectOf(stage, bodies) };
  } finally {
    await stage.admin.close();
  }
}

/** With A's own credential and key: what the broker lets through, and the server must not take for somebody else's. */
async function impersonate(site: SiteFacts): Promise<Outcome> {
  const stage = await setStage(site);
  const { a, b, signer, admin } = stage;
  const { broker } = site;
  if (broker === null) throw new Error('this site has no broker');
  const own = loginOf(a);
  const session = await until("A's user in the broker", 15_000, () => BrokerSession.open(broker, own));
  try {
    const asB = await signMessage({ text: JSON.stringify(await aHelloOf(b)), signer });
    const asItself = await signMessage({ text: JSON.stringify(await aHelloOf(a)), signer });
    const key = `from.${a.id}.control`;
    const publications: readonly Publication[] = [
      { exchange: 'jms.in', key, body: Buffer.from(asB), options: { userId: own.user } },
      { exchange: 'jms.in', key, body: Buffer.from(asB), options: { userId: own.user, replyTo: queueOf(b.id) } },
      { exchange: 'jms.in', key, body: Buffer.from(asB), options: { userId: own.user, headers: { agentId: b.id } } },
      { exchange: 'jms.in', key: `from.${a.id}.event`, body: Buffer.from(asB), options: { userId: own.user } },
      { exchange: 'jms.in', key, body: Buffer.from(asItself), options: {} },
      { exchange: 'jms.in', key: `from.${a.id}.event`, body: Buffer.from(asItself), options: { userId: own.user } },
    ];
    await session.publishAll(publications);
    const effectsOnA = await effectOf(stage, []).catch(() => 1);
    return { tried: publications.length, effects: effectsOnA + (await admin.depth(queueOf(b.id))) };
  } finally {
    await session.close();
    await admin.close();
  }
}

interface Case {
  readonly attack: string;
  readonly weakening: 'message-signature' | 'inbound-check';
  readonly run: (site: SiteFacts) => Promise<Outcome>;
}

const cases: readonly Case[] = [
  {
    attack: "a compromised broker forges and splices A's messages",
    weakening: 'message-signature',
    run: (site) => attempt(site, async (stage) => Object.values(await forgeries(stage))),
  },
  {
    attack: "a compromised broker flips one bit, at every place of A's message",
    weakening: 'message-signature',
    run: (site) => attempt(site, flips),
  },
  {
    attack: 'A speaks for B by body, reply-to, header and kind, or without a user',
    weakening: 'inbound-check',
    run: impersonate,
  },
];

describe('when the broker is hostile', () => {
  it.each(cases)('$attack: nothing has an effect', async ({ attack, weakening, run }) => {
    const real = await run(realSite());
    const control = await run(await weakSite(weakening));
    const row = record({
      ...{ attack, attempts: real.tried, refused: real.tried - real.effects },
      control: { weakening, attempts: control.tried, succeeded: control.effects },
    });
    expect(row).toEqual(held(real.tried));
  });
});
