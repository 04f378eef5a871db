import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createChainMove, createSigner, type Signer, verifyChain } from '@longshore/pinning';
import { chainDocumentSchema, chainProtocol, type ServerId } from '@longshore/protocol';
import { type ForgeChain, RoguePeer } from '../attacker/rogue-peer';
import { openRaw } from '../attacker/raw-line';
import { held, isComplete, record } from '../report/row';
import { Agent } from '../site/agent';
import type { SiteFacts } from '../site/site';
import { linesOf, realSite } from '../site/site-under-attack';
import { until } from '../site/until';

/** The server's own chain, as it gives it to whoever asks. */
async function chainOf({ gatewayPort }: SiteFacts): Promise<readonly string[]> {
  const socket = await openRaw(gatewayPort, { ALPNProtocols: [chainProtocol] });
  let text = '';
  for await (const piece of socket) text += String(piece);
  return chainDocumentSchema.parse(JSON.parse(text)).links;
}

interface Loot {
  readonly links: readonly string[];
  /** The server's current key, stolen from its disk. */
  readonly current: Signer;
  readonly serverId: ServerId;
  /** A move to the rogue's key, signed by the stolen one. */
  readonly fork: (to: Signer, next: Parameters<ForgeChain>[1]) => Promise<string>;
}

async function steal(site: SiteFacts): Promise<Loot> {
  const links = await chainOf(site);
  const kept = JSON.parse(readFileSync(join(site.folder, 'server/identity/server.json'), 'utf8')) as {
    currentKeyPem: string;
  };
  const current = createSigner(kept.currentKeyPem);
  const verdict = await verifyChain({ fingerprint: site.fingerprint }, links);
  if (verdict.verdict === 'refused') throw new Error(verdict.reason);
  const { statement } = verdict;
  const fork: Loot['fork'] = (to, nextCommitment) =>
    createChainMove({ from: { statement, signer: current }, to, nextCommitment });
  return { links, current, serverId: statement.serverId, fork };
}

type Forgery = (loot: Loot) => ForgeChain;

const forgeries: Readonly<Record<string, Forgery>> = {
  'a thief of the current key forks':
    ({ links, fork }) =>
    async (own, next) => [...links, await fork(own, next)],
  'the fork alone':
    ({ fork }) =>
    async (own, next) => [await fork(own, next)],
  'the wrong order':
    ({ links, fork }) =>
    async (own, next) => [await fork(own, next), ...links],
  'the fork twice':
    ({ links, fork }) =>
    async (own, next) => [...links, await fork(own, next), await fork(own, next)],
};

/** True when the agent believed the chain and told the rogue something. */
async function believes(forgery: Forgery, weakening: 'rotation-chain' | null): Promise<boolean> {
  const [site, lines] = [realSite(), linesOf()];
  const loot = await steal(site);
  const agent = await Agent.start({ site, type: 'web', weakening });
  const rogue = await RoguePeer.listen(loot.serverId, forgery(loot));
  try {
    for (const line of [lines.first, lines.second]) line.pointTo(rogue.port);
    await until('an agent that asks for the chain', 40_000, () => rogue.chainsGiven > 0);
    await until('a word to the rogue', isComplete ? 8_000 : 4_000, () => rogue.bytes > 0).catch(() => undefined);
    return rogue.bytes > 0;
  } finally {
    lines.putRight();
    rogue.close();
    await agent.stop();
  }
}

describe('when a chain is forged', () => {
  it('moves no pin', async () => {
    const tried = Object.values(forgeries).slice(0, isComplete ? undefined : 1);
    let [through, control] = [0, 0];
    for (const forgery of tried) {
      if (await believes(forgery, null)) through += 1;
      if (await believes(forgery, 'rotation-chain')) control += 1;
    }
    const row = record({
      attack: "a forged rotation chain, made with the server's stolen key",
      ...{ attempts: tried.length, refused: tried.length - through },
      control: { weakening: 'rotation-chain', attempts: tried.length, succeeded: control },
    });
    expect(row).toEqual(held(tried.length));
  }, 300_000);
});
