import { randomUUID } from 'node:crypto';
import { createIdentity } from '@longshore/pinning';
import { gatewayPaths } from '@longshore/protocol';
import { ask } from '../attacker/ask';
import { enrol } from '../attacker/enrolled-agent';
import { held, record } from '../report/row';
import type { SiteFacts } from '../site/site';
import { realSite, weakSite } from '../site/site-under-attack';

/** Every way to speak as B without being B; answers with how many got through. */
async function pretend(site: SiteFacts): Promise<{ attempts: number; throughAs: string[] }> {
  const suffix = randomUUID().slice(0, 8);
  const [a, b] = [await enrol(site, { name: `a-${suffix}` }), await enrol(site, { name: `b-${suffix}` })];
  const selfMade = createIdentity({ kind: 'agent', id: b.id });
  const ping = (asking: Parameters<typeof ask>[2]) => ask(site.gatewayPort, gatewayPaths.ping, asking);
  const named = { 'x-agent-id': b.id };
  const forms = {
    "A's key, B's API key": { identity: a.identity, headers: { ...b.headers, ...named } },
    "A's key, no API key": { identity: a.identity },
    "A's key, A's API key with one character changed": {
      identity: a.identity,
      headers: { authorization: `${a.headers.authorization.slice(0, -1)}${a.apiKey.endsWith('A') ? 'B' : 'A'}` },
    },
    "B's key, A's API key": { identity: b.identity, headers: { ...a.headers } },
    "no certificate, B's API key": { headers: { ...b.headers, ...named } },
    "a self-made certificate with B's names": { identity: selfMade },
    "a self-made certificate with B's names, B's API key": { identity: selfMade, headers: { ...b.headers } },
  };
  const throughAs: string[] = [];
  for (const [form, asking] of Object.entries(forms)) {
    if ((await ping(asking)).status < 400) throughAs.push(form);
  }
  return { attempts: Object.keys(forms).length, throughAs };
}

describe('when an agent pretends to be another', () => {
  it('is refused in every form', async () => {
    const real = await pretend(realSite());
    const control = await pretend(await weakSite('agent-proof'));
    expect(real.throughAs).toEqual([]);
    const row = record({
      attack: "another agent's certificate, id or API key",
      attempts: real.attempts,
      refused: real.attempts - real.throughAs.length,
      control: { weakening: 'agent-proof', attempts: control.attempts, succeeded: control.throughAs.length },
    });
    expect(row).toEqual(held(real.attempts));
  });
});
