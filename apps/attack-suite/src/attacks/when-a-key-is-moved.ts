import { randomUUID } from 'node:crypto';
import {
  announceSealingKey,
  createAgentKeyMove,
  createIdentity,
  createSealingKey,
  createSigner,
  type Identity,
} from '@longshore/pinning';
import { gatewayPaths, type ServerId } from '@longshore/protocol';
import { type Answered, ask } from '../attacker/ask';
import { enrol, type EnrolledAgent } from '../attacker/enrolled-agent';
import { held, record } from '../report/row';
import type { SiteFacts } from '../site/site';
import { realSite, weakSite } from '../site/site-under-attack';

const anAgent = (site: SiteFacts): Promise<EnrolledAgent> => enrol(site, { name: `v-${randomUUID().slice(0, 8)}` });
const aKey = (): Identity => createIdentity({ kind: 'agent', id: 'next' });
const signerOf = ({ privateKeyPem }: Pick<Identity, 'privateKeyPem'>) => createSigner(privateKeyPem);

interface MoveParts {
  readonly of: EnrolledAgent;
  readonly from: Identity;
  readonly to: Identity;
  readonly certificateOf?: Identity;
  readonly serverId?: ServerId;
}

const aMove = ({ of, from, to, certificateOf = to, serverId = of.answer.serverId }: MoveParts): Promise<string> =>
  createAgentKeyMove({
    ...{ agentId: of.id, serverId, certificatePem: certificateOf.certificatePem },
    ...{ from: signerOf(from), to: signerOf(to) },
  });

interface Posting {
  readonly move: string;
  readonly to: Identity;
  readonly as: Identity;
  readonly apiKey: string | null;
}

async function post(site: SiteFacts, { move, to, as: identity, apiKey }: Posting): Promise<Answered> {
  const sealingKey = await announceSealingKey(await createSealingKey(), signerOf(to));
  const headers = apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
  return ask(site.gatewayPort, gatewayPaths.identity, {
    ...{ method: 'POST', identity, headers, body: { move, sealingKey } },
  });
}

type Try = (site: SiteFacts, of: EnrolledAgent, to: Identity) => Promise<Answered>;

/** The whole session of an agent is the thief's in some of these; what it lacks is named. */
const tries: Readonly<Record<string, Try>> = {
  'the old key without the API key': async (site, of, to) =>
    post(site, { move: await aMove({ of, from: of.identity, to }), to, as: of.identity, apiKey: null }),
  'the API key without the old key': async (site, of, to) =>
    post(site, { move: await aMove({ of, from: to, to }), to, as: to, apiKey: of.apiKey }),
  'a session without the old key to sign with': async (site, of, to) =>
    post(site, { move: await aMove({ of, from: to, to }), to, as: of.identity, apiKey: of.apiKey }),
  "another agent's move": async (site, of, to) => {
    const other = await anAgent(site);
    const move = await aMove({ of: other, from: other.identity, to });
    return post(site, { move, to, as: of.identity, apiKey: of.apiKey });
  },
  "another agent's id under the own signature": async (site, of, to) => {
    const move = await aMove({ of: await anAgent(site), from: of.identity, to });
    return post(site, { move, to, as: of.identity, apiKey: of.apiKey });
  },
  'a move made for another server': async (site, of, to) => {
    const move = await aMove({ of, from: of.identity, to, serverId: randomUUID() as ServerId });
    return post(site, { move, to, as: of.identity, apiKey: of.apiKey });
  },
  "a certificate that is not the new key's": async (site, of, to) => {
    const move = await aMove({ of, from: of.identity, to: aKey(), certificateOf: to });
    return post(site, { move, to, as: of.identity, apiKey: of.apiKey });
  },
  'the signature of one move and the content of another': async (site, of, to) => {
    const [mine, other] = [await aMove({ of, from: of.identity, to: aKey() }), await aMove({ of, from: to, to })];
    const [header, , signature] = mine.split('.');
    const move = [header, other.split('.')[1], signature].join('.');
    return post(site, { move, to, as: of.identity, apiKey: of.apiKey });
  },
  'a move that was made already, by the key before': async (site, of, to) => {
    const move = await aMove({ of, from: of.identity, to });
    const { apiKey } = of;
    expect((await post(site, { move, to, as: of.identity, apiKey })).status).toBe(200);
    return post(site, { move, to, as: of.identity, apiKey });
  },
  'a move back to the key before, signed by it': async (site, of, to) => {
    const { apiKey, identity } = of;
    await post(site, { move: await aMove({ of, from: identity, to }), to, as: identity, apiKey });
    const back = await aMove({ of, from: identity, to: identity });
    return post(site, { move: back, to: identity, as: to, apiKey });
  },
};

async function tryAll(site: SiteFacts): Promise<string[]> {
  const through: string[] = [];
  for (const [name, attempt] of Object.entries(tries)) {
    const { status } = await attempt(site, await anAgent(site), aKey());
    if (status < 400) through.push(name);
  }
  return through;
}

describe("when an agent's key is moved", () => {
  it('is by the pinned key and the new one together, once, for this agent and server', async () => {
    const real = await tryAll(realSite());
    const control = await tryAll(await weakSite('agent-key-move'));
    expect(real).toEqual([]);
    const attempts = Object.keys(tries).length;
    const row = record({
      attack: "the move of an agent's key: replayed, spliced, of another agent or server, by half of the secrets",
      ...{ attempts, refused: attempts - real.length },
      control: { weakening: 'agent-key-move', attempts, succeeded: control.length },
    });
    expect(row).toEqual(held(attempts));
  });
});
