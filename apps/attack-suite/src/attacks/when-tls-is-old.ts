import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { held, record } from '../report/row';
import type { SiteFacts } from '../site/site';
import { realSite, weakSite } from '../site/site-under-attack';

const execute = promisify(execFile);

/** What a client may offer that is below the floor; each is one handshake. */
const offers: Readonly<Record<string, readonly string[]>> = {
  'TLS 1.0': ['-tls1', '-cipher', 'ALL:@SECLEVEL=0'],
  'TLS 1.1': ['-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'],
  'TLS 1.2': ['-tls1_2'],
  'TLS 1.2 with renegotiation allowed': ['-tls1_2', '-legacy_renegotiation'],
  'suites without encryption': ['-tls1_2', '-cipher', 'eNULL:@SECLEVEL=0'],
  'suites without authentication': ['-tls1_2', '-cipher', 'aNULL:@SECLEVEL=0'],
  '3DES': ['-tls1_2', '-cipher', '3DES:@SECLEVEL=0'],
  'CBC and SHA-1': ['-tls1_2', '-cipher', 'AES128-SHA:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0'],
  'RSA key exchange': ['-tls1_2', '-cipher', 'kRSA:@SECLEVEL=0'],
  'finite fields of 1024 bits': ['-tls1_2', '-cipher', 'DHE:@SECLEVEL=0'],
};

/** True when the handshake came about. */
async function offer(port: number, options: readonly string[]): Promise<boolean> {
  const args = ['s_client', '-connect', `127.0.0.1:${port}`, '-brief', ...options];
  try {
    const running = execute('openssl', args, { timeout: 10_000 });
    running.child.stdin?.end();
    const { stderr } = await running;
    return /CONNECTION ESTABLISHED/.test(stderr);
  } catch (error) {
    return /CONNECTION ESTABLISHED/.test((error as { stderr?: string }).stderr ?? '');
  }
}

async function offerAll(ports: readonly number[]): Promise<{ tried: number; taken: string[] }> {
  const taken: string[] = [];
  for (const port of ports) {
    const outcomes = await Promise.all(
      Object.entries(offers).map(async ([name, how]) => [name, await offer(port, how)] as const),
    );
    taken.push(...outcomes.filter(([, established]) => established).map(([name]) => `${name} on ${port}`));
  }
  return { tried: ports.length * Object.keys(offers).length, taken };
}

const portsOf = ({ apiPort, gatewayPort, broker }: SiteFacts): readonly number[] =>
  broker === null ? [apiPort, gatewayPort] : [apiPort, gatewayPort, broker.port];

describe('when TLS is old', () => {
  it('is refused below the floor on every port, and taken at it', async () => {
    const real = await offerAll(portsOf(realSite()));
    const control = await offerAll(portsOf(await weakSite('tls-floor')));
    expect(real.taken).toEqual([]);
    for (const port of portsOf(realSite())) expect([port, await offer(port, ['-tls1_3'])]).toEqual([port, true]);
    const row = record({
      attack: 'TLS below the floor, on API, gateway and AMQPS',
      ...{ attempts: real.tried, refused: real.tried - real.taken.length },
      control: { weakening: 'tls-floor', attempts: control.tried, succeeded: control.taken.length },
    });
    expect(row).toEqual(held(real.tried));
  });
});
