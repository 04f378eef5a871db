import { randomUUID } from 'node:crypto';
import { createIdentity, type Identity } from '@longshore/pinning';
import { gatewayPaths } from '@longshore/protocol';
import { apiPaths } from '@longshore/rest-contract';
import { anEnrolment } from '../../../server/src/testing/an-enrolment';
import { type Answered, ask } from '../attacker/ask';
import { enrol, type EnrolledAgent } from '../attacker/enrolled-agent';
import { held, record } from '../report/row';
import { changeOne } from '../site/database';
import { asOperator, type SiteFacts } from '../site/site';
import { realSite, weakSite } from '../site/site-under-attack';

const anAgent = (site: SiteFacts, token?: null): Promise<EnrolledAgent> =>
  enrol(site, { name: `f-${randomUUID().slice(0, 8)}`, ...(token === null ? { token } : {}) });
const aKey = (): Identity => createIdentity({ kind: 'agent', id: 'thief' });

async function aForgottenAgent(site: SiteFacts): Promise<EnrolledAgent> {
  const agent = await anAgent(site);
  await asOperator(site, apiPaths.forgetCertificate(agent.id), { method: 'POST', body: {} });
  return agent;
}

async function rePin(site: SiteFacts, identity: Identity, apiKey: string | null): Promise<Answered> {
  const { type, sealingKey, facts } = await anEnrolment(identity, { type: 'web' });
  return ask(site.gatewayPort, gatewayPaths.rePin, {
    ...{ method: 'POST', identity, body: { type, sealingKey, facts } },
    ...(apiKey === null ? {} : { headers: { authorization: `Bearer ${apiKey}` } }),
  });
}

type Try = (site: SiteFacts) => Promise<Answered>;

const tries: Readonly<Record<string, Try>> = {
  'the forgotten key': async (site) => {
    const { identity, apiKey } = await aForgottenAgent(site);
    return rePin(site, identity, apiKey);
  },
  'a key that was rejected': async (site) => {
    const rejected = await anAgent(site, null);
    await asOperator(site, apiPaths.rejectAgent(rejected.id), { method: 'POST', body: {} });
    return rePin(site, rejected.identity, (await aForgottenAgent(site)).apiKey);
  },
  "another agent's key": async (site) =>
    rePin(site, (await anAgent(site)).identity, (await aForgottenAgent(site)).apiKey),
  'the API key of an agent that is not forgotten': async (site) => {
    await aForgottenAgent(site);
    return rePin(site, aKey(), (await anAgent(site)).apiKey);
  },
  'no API key': async (site) => {
    await aForgottenAgent(site);
    return rePin(site, aKey(), null);
  },
  'an API key that was regenerated since': async (site) => {
    const { id, apiKey } = await aForgottenAgent(site);
    await asOperator(site, apiPaths.agentApiKey(id), { method: 'POST', body: {} });
    return rePin(site, aKey(), apiKey);
  },
  'after the time has passed': async (site) => {
    const { id, apiKey } = await aForgottenAgent(site);
    await changeOne(site, `UPDATE agents SET forget_expires_at = now() - interval '1 second' WHERE id = $1`, [id]);
    return rePin(site, aKey(), apiKey);
  },
  'a second time': async (site) => {
    const { apiKey } = await aForgottenAgent(site);
    expect((await rePin(site, aKey(), apiKey)).status).toBe(200);
    return rePin(site, aKey(), apiKey);
  },
};

async function tryAll(site: SiteFacts): Promise<string[]> {
  const through: string[] = [];
  for (const [name, attempt] of Object.entries(tries)) {
    const { status } = await attempt(site);
    if (status < 400) through.push(name);
  }
  return through;
}

describe('when a forgotten agent returns', () => {
  it('is pinned anew only by its own API key, in time, once, and by another key', async () => {
    const real = await tryAll(realSite());
    const control = await tryAll(await weakSite('re-pinning'));
    expect(real).toEqual([]);
    const attempts = Object.keys(tries).length;
    const row = record({
      attack: 'after a forget: the forgotten, a rejected, a foreign key; no, a foreign, a former API key; late; twice',
      ...{ attempts, refused: attempts - real.length },
      control: { weakening: 're-pinning', attempts, succeeded: control.length },
    });
    expect(row).toEqual(held(attempts));
  });
});
