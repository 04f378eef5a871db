import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Identity } from '@longshore/pinning';
import { anAgent, serverKeys } from '../testing/contract-answers';
import { ok, useCommandLine } from '../testing/a-command-line';
import { aServerIdentity, chainOf, openFakeGateway, type FakeGateway } from '../testing/fake-gateway';

const { server, folder, routes, run } = useCommandLine();
const [first, second, third, fourth, thief] = Array.from({ length: 5 }, aServerIdentity) as [
  Identity,
  Identity,
  Identity,
  Identity,
  Identity,
];

let gateway: FakeGateway;
let links: readonly string[];
const environment = () => ({ LONGSHORE_CONFIG_HOME: folder(), LONGSHORE_PASSWORD: 'secret' });
const kept = () => JSON.parse(readFileSync(join(folder(), 'cli.json'), 'utf8')) as Record<string, unknown>;

beforeEach(async () => {
  links = await chainOf([first, second]);
  gateway = await openFakeGateway(second, () => links);
  server().show(first);
  routes['POST /api/v1/session'] = () => ok({ user: 'admin', token: 'lss_session', expiresAt: '2030-01-01T00:00:00Z' });
  routes['GET /api/v1/server'] = () =>
    ok({
      serverId: 's',
      version: '1',
      fingerprint: first.fingerprint,
      gateways: ['https://127.0.0.1:1', gateway.origin],
      broker: { state: 'connected', detail: '' },
    });
  routes['GET /api/v1/server/keys'] = () => ok(serverKeys({ nextCommitment: second.fingerprint }));
  routes['GET /api/v1/agents'] = () => ok({ agents: [anAgent()], total: 1 });
  routes['POST /api/v1/agents/web-1/approve'] = () => ok(anAgent());
  const login = `login --server ${server().origin} --fingerprint ${first.fingerprint}`;
  expect((await run(login, { environment: environment() })).code).toBe(0);
  server().requests.length = 0;
});

afterEach(() => gateway.close());

it('a login remembers what proves a rotation', () => {
  expect(kept()).toMatchObject({
    fingerprint: first.fingerprint,
    rotation: { gateways: ['https://127.0.0.1:1', gateway.origin], nextCommitment: second.fingerprint },
  });
});

it('a command follows two rotations, tells so once, and writes no byte to the gateway', async () => {
  links = await chainOf([first, second, third, fourth]);
  server().show(third);
  const { code, terminal } = await run('agents --json', { environment: environment() });
  expect(code).toBe(0);
  expect(terminal.stderr()).toContain(`was ${first.fingerprint}\n  is  ${third.fingerprint}`);
  expect(JSON.parse(terminal.stdout())).toMatchObject({ total: 1 });
  expect(kept()).toMatchObject({ fingerprint: third.fingerprint, rotation: { nextCommitment: fourth.fingerprint } });
  expect(gateway.received()).toBe(0);
  const again = await run('agents', { environment: environment() });
  expect([again.code, again.terminal.stderr()]).toEqual([0, '']);
});

it('what is sent is sent once, and only to the proven key', async () => {
  links = await chainOf([first, second, third]);
  server().show(second);
  const words = `agents approve web-1 --fingerprint ${first.fingerprint}`;
  expect((await run(words, { environment: environment() })).code).toBe(0);
  expect(server().requests.map(({ method }) => method)).toEqual(['POST']);
});

it('a new login follows, too, before the password is sent', async () => {
  links = await chainOf([first, second, third]);
  server().show(second);
  const again = await run(`login --server ${server().origin}`, { environment: environment() });
  expect([again.code, kept()['fingerprint']]).toEqual([0, second.fingerprint]);
});

describe('the pin stays, nothing is sent and both keys are told', () => {
  const cases: [string, () => Promise<readonly string[]>, string][] = [
    ['the chain ends at another key', () => chainOf([first, second, third]), `ends at ${second.fingerprint}`],
    ['a thief of the key commits to his own', () => chainOf([first, thief, third]), 'commitment-changed'],
    ['the chain is another server’s', () => chainOf([thief, second]), 'pin-not-in-chain'],
    ['there is no chain', () => Promise.resolve([]), 'hands out no chain'],
  ];

  it.each(cases)('where %s', async (_name, chain, problem) => {
    links = await chain();
    server().show(thief);
    const before = kept();
    const { code, terminal } = await run('agents', { environment: environment() });
    expect(code).toBe(4);
    expect(terminal.stderr()).toContain(`presented ${thief.fingerprint} where ${first.fingerprint} is pinned`);
    expect(terminal.stderr()).toContain(problem);
    expect(terminal.stderr()).toContain(`longshore login --server ${server().origin} --fingerprint`);
    expect(kept()).toEqual(before);
    expect(server().requests).toHaveLength(0);
  });

  it('where the login is of a time before commitments were remembered', async () => {
    links = await chainOf([first, second, third]);
    server().show(second);
    writeFileSync(join(folder(), 'cli.json'), JSON.stringify({ ...kept(), rotation: undefined, tlsMin: undefined }));
    const { code, terminal } = await run('agents', { environment: environment() });
    expect([code, terminal.stderr()]).toEqual([4, expect.stringContaining('nothing is known that could prove')]);
    expect(server().requests).toHaveLength(0);
  });

  it('where the pin is stated by the environment', async () => {
    links = await chainOf([first, second, third]);
    server().show(second);
    const stated = {
      LONGSHORE_SERVER: server().origin,
      LONGSHORE_TOKEN: 'x',
      LONGSHORE_FINGERPRINT: first.fingerprint,
    };
    const { code, terminal } = await run('agents', { environment: { ...environment(), ...stated } });
    expect([code, terminal.stderr()]).toEqual([4, expect.stringContaining('the pin is that of LONGSHORE_FINGERPRINT')]);
    expect(kept()['fingerprint']).toBe(first.fingerprint);
  });
});
