import { createHash, randomUUID } from 'node:crypto';
import { createIdentity, createInstallToken, parseInstallToken } from '@longshore/pinning';
import { apiPaths } from '@longshore/rest-contract';
import { anInstallToken, enrol, tryToEnrol, type Wish } from '../attacker/enrolled-agent';
import { held, record } from '../report/row';
import { changeOne } from '../site/database';
import { asOperator, type SiteFacts } from '../site/site';
import { realSite, weakSite } from '../site/site-under-attack';

const aName = (): string => `i-${randomUUID().slice(0, 8)}`;

/** Each answers with what is then tried; none of them may make an agent. */
const misuses: Readonly<Record<string, (site: SiteFacts) => Promise<Wish>>> = {
  'used once more than allowed': async (site) => {
    const token = await anInstallToken(site, { uses: 1 });
    await enrol(site, { name: aName(), token });
    return { name: aName(), token };
  },
  expired: async (site) => {
    const token = await anInstallToken(site, { expiresInMinutes: 1 });
    const { tokenId } = parseInstallToken(token);
    await changeOne(site, `UPDATE install_tokens SET expires_at = now() - interval '1 second' WHERE id = $1`, [
      tokenId,
    ]);
    return { name: aName(), token };
  },
  revoked: async (site) => {
    const token = await anInstallToken(site);
    await asOperator(site, `/api/v1/install-tokens/${parseInstallToken(token).tokenId}`, { method: 'DELETE' });
    return { name: aName(), token };
  },
  'of the other type': async (site) => ({
    name: aName(),
    type: 'web',
    token: await anInstallToken(site, { type: 'jms' }),
  }),
  'never issued': async ({ fingerprint, gatewayPort }) => {
    const gateways = [`https://127.0.0.1:${gatewayPort}`];
    return { name: aName(), token: createInstallToken({ serverFingerprint: fingerprint, gateways }).text };
  },
  'with the secret of another': async (site) => {
    const [one, other] = [await anInstallToken(site), await anInstallToken(site)].map(parseInstallToken);
    const content = { v: 1, f: one?.serverFingerprint, g: one?.gateways, i: one?.tokenId, s: other?.secret };
    return { name: aName(), token: withCheckSum(JSON.stringify(content)) };
  },
  'with a key that another agent holds': async (site) => {
    const { identity } = await enrol(site, { name: aName() });
    return { name: aName(), identity, type: 'jms', token: await anInstallToken(site) };
  },
  'bound to an agent, for another type': async (site) => {
    const { id } = await enrol(site, { name: aName() });
    return { name: id, type: 'jms', token: await anInstallToken(site, { agentId: id }) };
  },
  'bound to an agent that is gone': async (site) => {
    const { id } = await enrol(site, { name: aName() });
    const token = await anInstallToken(site, { agentId: id });
    await asOperator(site, apiPaths.agent(id), { method: 'DELETE' });
    return { name: id, token };
  },
};

function withCheckSum(content: string): string {
  const encoded = Buffer.from(content).toString('base64url');
  const sum = createHash('sha256').update(encoded).digest('hex').slice(0, 8);
  return `lsi_${encoded}_${sum}`;
}

async function misuse(site: SiteFacts): Promise<string[]> {
  const through: string[] = [];
  for (const [name, prepare] of Object.entries(misuses)) {
    const { answered } = await tryToEnrol(site, await prepare(site));
    if (answered.status < 400 || answered.status >= 500) through.push(`${name} → ${answered.status}`);
  }
  return through;
}

/** Ten at once with a token for one: the use is counted and taken in one transaction. */
async function race(site: SiteFacts): Promise<number> {
  const token = await anInstallToken(site, { uses: 1 });
  const wishes = Array.from({ length: 10 }, () => ({
    name: aName(),
    identity: createIdentity({ kind: 'agent', id: 'r' }),
    token,
  }));
  const answers = await Promise.all(wishes.map((wish) => tryToEnrol(site, wish)));
  return answers.filter(({ answered }) => answered.status < 400).length - 1;
}

/** The policy has closed the way that they come; it is open again afterwards. */
async function enterClosed(site: SiteFacts): Promise<number> {
  const setPolicy = (enrolment: string) =>
    asOperator(site, apiPaths.securityPolicy, { method: 'PATCH', body: { enrolment } });
  const tokens = [await anInstallToken(site), await anInstallToken(site, { autoApprove: false }), null];
  const entered: boolean[] = [];
  try {
    for (const [policy, those] of [['closed', tokens] as const, ['tokens-only', [null]] as const]) {
      await setPolicy(policy);
      for (const token of those) entered.push((await tryToEnrol(site, { name: aName(), token })).answered.status < 400);
    }
  } finally {
    await setPolicy('tokens-and-first-use');
  }
  return entered.filter(Boolean).length;
}

describe('when an install token is misused', () => {
  it('makes no agent', async () => {
    const real = await misuse(realSite());
    const [extra, entered] = [await race(realSite()), await enterClosed(realSite())];
    const weak = await weakSite('install-token');
    const control = await misuse(weak);
    expect([real, extra, entered]).toEqual([[], 0, 0]);
    expect(await enterClosed(weak)).toBe(4);
    const attempts = Object.keys(misuses).length + 9 + 4;
    const row = record({
      ...{
        attack:
          'an install token used up, expired, revoked, foreign, guessed, raced, bound to another; enrolment closed',
        attempts,
      },
      refused: attempts - real.length - extra - entered,
      control: { weakening: 'install-token', attempts: Object.keys(misuses).length, succeeded: control.length },
    });
    expect(row).toEqual(held(attempts));
  });
});
