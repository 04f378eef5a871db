import { readFileSync } from 'node:fs';
import { gatewayPaths } from '@longshore/protocol';
import { oddCertificates } from '../attacker/odd-certificates';
import { aRequest, sayTo } from '../attacker/raw-line';
import { held, isComplete, record } from '../report/row';
import type { SiteFacts } from '../site/site';
import { isAlive, realSite, serverPid, weakSite } from '../site/site-under-attack';

/** More than any of these connections may leave behind in the server's memory. */
const growthAtMostMiB = 96;

const residentMiB = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

interface Shown {
  /** Could not even be loaded or sent by the client. */
  readonly unsendable: number;
  readonly refused: number;
  readonly through: readonly string[];
}

async function showAll(site: SiteFacts): Promise<Shown> {
  let [unsendable, refused] = [0, 0];
  const through: string[] = [];
  for (const { name, certificatePem: cert, privateKeyPem: key } of oddCertificates(isComplete ? 400 : 60)) {
    try {
      const options = { cert, key, ciphers: 'DEFAULT:@SECLEVEL=0' };
      const { statuses } = await sayTo(
        site.gatewayPort,
        aRequest('GET', gatewayPaths.ping, { 'x-agent-id': 'a' }),
        options,
      );
      if (statuses.some((status) => status < 400 || status >= 500)) through.push(`${name} → ${statuses.join()}`);
      else refused += 1;
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      // Ours refuses to load it, or the other end refuses the handshake.
      if (/^ERR_OSSL_(ASN1|X509|PEM|EVP)|KEY_VALUES_MISMATCH|NO_START_LINE/.test(code)) unsendable += 1;
      else refused += 1;
    }
  }
  return { unsendable, refused, through };
}

describe('when certificates are odd', () => {
  it('treats them by their key alone, and neither falls nor grows', async () => {
    const before = residentMiB(serverPid());
    const real = await showAll(realSite());
    const control = await showAll(await weakSite('agent-proof'));
    expect(real.through).toEqual([]);
    expect(isAlive()).toBe(true);
    const grownMiB = Math.round(residentMiB(serverPid()) - before);
    expect(grownMiB).toBeLessThan(growthAtMostMiB);
    const row = record({
      attack: 'weak, absurd and malformed client certificates',
      ...{ attempts: real.refused + real.through.length, refused: real.refused },
      control: {
        weakening: 'agent-proof',
        attempts: control.refused + control.through.length,
        succeeded: control.through.length,
      },
      note: `${real.unsendable} more could not be sent; the server grew by ${grownMiB} MiB`,
    });
    expect(row).toEqual(held(real.refused));
    expect(real.refused).toBeGreaterThan(20);
  });
});
