/** The server's key on its way: to the next one, out of the server and back, on real ports and a real database. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import {
  createChainMove,
  createIdentity,
  createSigner,
  fingerprintOfCertificate,
  type Identity,
  parseFingerprint,
  parseInstallToken,
  readChain,
  signStatement,
  verifyChain,
} from '@longshore/pinning';
import {
  agentNamespace,
  chainDocumentSchema,
  chainProtocol,
  type EnrolAnswer,
  enrolAnswerSchema,
  type Fingerprint,
  messageEvent,
} from '@longshore/protocol';
import { apiPaths, type KeyDocument, type ServerKeys } from '@longshore/rest-contract';
import { useDatabases } from '@longshore/testing';
import { PinnedHttpAgent } from '@longshore/tls';
import { io, type Socket } from 'socket.io-client';
import { createServerLog } from '../config/server-log';
import { WelcomeContent } from '../delivery/welcome-content';
import { startServer } from '../start-server';
import { type Answered, aServer, type AServer, codeIn, freePort, parse } from '../testing/a-server';
import { anAgentKey, anEnrolment } from '../testing/an-enrolment';
import { IdentityFolder } from '../trust/identity-folder';
import { ServerIdentity } from '../trust/server-identity';
import { importKeys } from './import-keys';

const aDatabase = useDatabases();
const passphrase = 'correct horse battery staple';

describe("the server's keys", () => {
  let databaseUrl: string;
  let server: AServer;
  const sockets: Socket[] = [];
  beforeEach(async () => {
    databaseUrl = await aDatabase();
    server = await aServer(databaseUrl);
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.close();
    await server.stop();
  });

  const post = (path: string, body: object = {}): Promise<Answered> => server.asAdmin(path, { method: 'POST', body });
  const show = async (): Promise<ServerKeys> => parse((await server.asAdmin(apiPaths.serverKeys)).text);
  const rotate = async (wish: object = {}): Promise<ServerKeys> => {
    const answer = await post(apiPaths.rotateServerKey, wish);
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('fingerprint')]);
    return parse(answer.text);
  };
  const exportKeys = async (wish: object): Promise<KeyDocument> =>
    parse((await post(apiPaths.exportServerKeys, { passphrase, ...wish })).text);
  const takeNextKeyOffline = async (): Promise<KeyDocument> => {
    const document = await exportKeys({ content: 'next-key' });
    return exportKeys({ content: 'next-key', takeOffline: true, document });
  };
  const aToken = async (): Promise<string> => parse<{ token: string }>((await post(apiPaths.installTokens)).text).token;
  const enrol = async (name: string, token: string, identity: Identity): Promise<EnrolAnswer> => {
    const body = await anEnrolment(identity, { name, token });
    const answer = await server.ask('agents', '/agent/v1/enrol', { method: 'POST', body, identity });
    return enrolAnswerSchema.parse(JSON.parse(answer.text));
  };
  const audit = (action: string): Promise<{ target: string; details: object }[]> =>
    server.running.database.query('SELECT target, details FROM audit WHERE action = $1 ORDER BY id', [action]);
  const folder = (): IdentityFolder => new IdentityFolder(server.settings.dataFolder);

  /** An agent with a session, whose WebSocket is up. */
  const aConnectedAgent = async (name: string): Promise<Socket> => {
    const identity = anAgentKey();
    const { apiKey } = await enrol(name, await aToken(), identity);
    await server.running.database.query('UPDATE agents SET epoch = 1 WHERE id = $1', [name]);
    const socket = io(`https://127.0.0.1:${server.settings.gatewayPort}${agentNamespace}`, {
      transports: ['websocket'],
      reconnection: false,
      extraHeaders: { authorization: `Bearer ${apiKey}` },
      agent: new PinnedHttpAgent({ isPinned: () => true, identity }) as never,
    });
    sockets.push(socket);
    await new Promise<void>((resolve, reject) => socket.on('connect', resolve).on('connect_error', reject));
    return socket;
  };
  const nextWord = (socket: Socket): Promise<{ type: string; body: { reason: string } }> =>
    new Promise((resolve) => socket.once(messageEvent, resolve));

  it('move on both ports at once, and the chain leads everybody from the first key to the newest', async () => {
    const first = await show();
    expect(first).toMatchObject({ rotations: 0, nextKeyHeld: true, chain: [{ index: 0 }] });
    const token = await aToken();
    const socket = await aConnectedAgent('before');
    const word = nextWord(socket);

    const second = await rotate();
    expect([second.fingerprint, second.rotations]).toEqual([first.nextCommitment, 1]);
    expect(await word).toMatchObject({ type: 'resync', body: { after: {} } });
    expect(socket.connected).toBe(true);
    const third = await rotate();
    expect([third.fingerprint, third.rotations]).toEqual([second.nextCommitment, 2]);
    expect(await show()).toEqual(third);

    for (const port of [server.settings.apiPort, server.settings.gatewayPort])
      expect((await shownBy(port)).fingerprint).toBe(third.fingerprint);
    const certificate = readFileSync(join(server.settings.dataFolder, 'identity/current.pem'), 'utf8');
    expect(fingerprintOfCertificate(certificate)).toBe(third.fingerprint);

    const links = await chainOf(server.settings.gatewayPort);
    const newest = { verdict: 'verified', statement: { current: third.fingerprint, index: 2 } };
    const pin = {
      fingerprint: parseFingerprint(first.fingerprint),
      nextCommitment: parseFingerprint(first.nextCommitment),
    };
    expect(await verifyChain(pin, links)).toMatchObject(newest);
    expect(await verifyChain({ fingerprint: parseInstallToken(token).serverFingerprint }, links)).toMatchObject(newest);

    const { nest } = server.running.application;
    expect(await nest.get<WelcomeContent>(WelcomeContent).statements('before' as never)).toEqual(links);
    expect(nest.get<ServerIdentity>(ServerIdentity).signer.fingerprint).toBe(third.fingerprint);
    const { chainHead } = await enrol('after', token, anAgentKey());
    expect(chainHead).toBe(links.at(-1));
    expect(parseInstallToken(await aToken()).serverFingerprint).toBe(third.fingerprint);
    expect(await audit('server-key.rotated')).toMatchObject([
      { target: second.fingerprint, details: { rotation: 1, emergency: false, installTokensRevoked: 0 } },
      { target: third.fingerprint, details: { rotation: 2 } },
    ]);
  });

  it('move one step at a time, whoever asks at once, and stay moved after a start', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => post(apiPaths.rotateServerKey)));
    const done = answers.filter(({ status }) => status === 200).length;
    for (const refused of answers.filter(({ status }) => status !== 200))
      expect([refused.status, codeIn(refused)]).toEqual([409, 'SERVER_KEYS_BUSY']);
    const keys = await show();
    expect([done >= 1, keys.rotations]).toEqual([true, done]);
    expect(await readChain(await chainOf(server.settings.gatewayPort))).toHaveLength(done + 1);

    await server.running.stop();
    const again = await startServer(server.settings, createServerLog('silent'));
    expect((await shownBy(server.settings.gatewayPort)).fingerprint).toBe(keys.fingerprint);
    await again.stop();
  });

  it('are followed by the other processes of the data folder', async () => {
    const ports = { apiPort: await freePort(), gatewayPort: await freePort() };
    const other = await startServer({ ...server.settings, ...ports, replica: true }, createServerLog('silent'));
    try {
      const { fingerprint } = await rotate();
      const end = performance.now() + 5_000;
      while ((await shownBy(ports.gatewayPort)).fingerprint !== fingerprint)
        if (performance.now() > end) throw new Error('the other process still shows the key before');
      expect(await chainOf(ports.gatewayPort)).toHaveLength(2);
    } finally {
      await other.stop();
    }
  });

  it('in an emergency cut every agent off within a second and revoke what carries the stolen key', async () => {
    const tokens = [await aToken(), await aToken()];
    const socket = await aConnectedAgent('cut');
    const word = nextWord(socket);
    const gone = new Promise((resolve) => socket.once('disconnect', resolve));
    const startedAt = performance.now();
    await rotate({ emergency: true });
    expect(await word).toMatchObject({ type: 'bye', body: { reason: 'credentials-changed' } });
    await gone;
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(parse((await server.asAdmin(apiPaths.installTokens)).text)).toEqual({ tokens: [] });
    const identity = anAgentKey();
    const body = await anEnrolment(identity, { name: 'late', token: tokens[0] ?? '' });
    const late = await server.ask('agents', '/agent/v1/enrol', { method: 'POST', body, identity });
    expect([late.status, codeIn(late)]).toEqual([403, 'INSTALL_TOKEN_UNKNOWN']);
    const [{ details } = { details: {} }] = await audit('server-key.rotated');
    expect(details).toMatchObject({ emergency: true, installTokensRevoked: 3 });
  });

  it('need the next key when it is kept offline, and take none but the committed one', async () => {
    const before = await folder().require();
    const document = await takeNextKeyOffline();
    expect(document).toMatchObject({ content: 'next-key', fingerprint: (await show()).nextCommitment });
    expect((await show()).nextKeyHeld).toBe(false);
    const kept = readFileSync(join(folder().path, 'server.json'), 'utf8');
    expect(kept).not.toContain(JSON.stringify(before.nextKeyPem).slice(1, -1));
    expect(document.sealed).not.toContain('PRIVATE');

    const without = await post(apiPaths.rotateServerKey);
    expect([without.status, codeIn(without)]).toEqual([409, 'NEXT_KEY_OFFLINE']);
    const twice = await post(apiPaths.exportServerKeys, { content: 'next-key', passphrase });
    expect([twice.status, codeIn(twice)]).toEqual([409, 'NEXT_KEY_OFFLINE']);
    const wrong = { document, passphrase: 'wrong horse battery staple' };
    const unopened = await post(apiPaths.rotateServerKey, { nextKey: wrong });
    expect([unopened.status, codeIn(unopened)]).toEqual([400, 'SEAL_REFUSED']);

    const nextKey = { document, passphrase };
    expect(await rotate({ nextKey })).toMatchObject({ fingerprint: document.fingerprint, nextKeyHeld: true });
    const spent = await post(apiPaths.rotateServerKey, { nextKey });
    expect([spent.status, codeIn(spent)]).toEqual([409, 'NEXT_KEY_FOREIGN']);
    expect(await audit('server-keys.exported')).toMatchObject([
      { target: document.fingerprint, details: { content: 'next-key', takeOffline: false } },
      { target: document.fingerprint, details: { content: 'next-key', takeOffline: true } },
    ]);
    expect(JSON.stringify(await server.running.database.query('SELECT * FROM audit'))).not.toContain(passphrase);
  });

  it('never leave the server as a whole', async () => {
    const refused = await post(apiPaths.exportServerKeys, {
      content: 'server-identity',
      passphrase,
      takeOffline: true,
    });
    expect([refused.status, codeIn(refused)]).toEqual([400, 'KEYS_NEEDED_HERE']);
    const short = await post(apiPaths.exportServerKeys, { content: 'server-identity', passphrase: 'short' });
    expect([short.status, codeIn(short)]).toEqual([400, 'INPUT_INVALID']);
  });

  it('cannot be moved by a thief who has the current one, and go on without him', async () => {
    await takeNextKeyOffline();
    const { currentKeyPem, chain } = await folder().require();
    const [statement] = await readChain(chain);
    if (statement === undefined) throw new Error('the chain is empty');
    const [stolen, own] = [
      createSigner(currentKeyPem),
      createSigner(createIdentity({ kind: 'server', id: 'x' }).privateKeyPem),
    ];
    const pin = { fingerprint: statement.current, nextCommitment: statement.nextCommitment };
    const typ = 'longshore-chain+jws';
    const claim = { ...statement, index: 1, current: statement.nextCommitment, nextCommitment: own.fingerprint };
    const forged = await signStatement({ typ, statement: claim, signer: stolen });
    for (const link of [
      await createChainMove({ from: { statement, signer: stolen }, to: own, nextCommitment: own.fingerprint }),
      await createChainMove({ from: { statement, signer: stolen }, to: stolen, nextCommitment: own.fingerprint }),
      await signStatement({ typ, statement: { move: forged }, signer: stolen }),
    ])
      expect(await verifyChain(pin, [...chain, link])).toMatchObject({ verdict: 'refused' });
    expect(await verifyChain(pin, chain)).toMatchObject({ verdict: 'verified' });
  });

  it('come to another machine under the passphrase, and agents find the server that they know', async () => {
    await rotate();
    const [keys, document] = [await show(), await exportKeys({ content: 'server-identity' })];
    const file = join(server.settings.dataFolder, 'keys.json');
    writeFileSync(file, JSON.stringify(document));
    const dataFolder = mkdtempSync(join(tmpdir(), 'longshore-import-'));
    await server.running.stop();
    expect(await importKeys({ dataFolder, file, passphrase })).toContain(keys.fingerprint);
    const moved = await startServer({ ...server.settings, dataFolder }, createServerLog('silent'));
    try {
      expect((await shownBy(server.settings.gatewayPort)).fingerprint).toBe(keys.fingerprint);
      expect(await show()).toEqual(keys);
      expect(await rotate()).toMatchObject({ fingerprint: keys.nextCommitment, rotations: 2 });
    } finally {
      await moved.stop();
      rmSync(dataFolder, { recursive: true });
    }
  });
});

async function shownBy(port: number): Promise<{ readonly fingerprint: Fingerprint }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      const certificate = socket.getPeerX509Certificate()?.toString() ?? '';
      socket.destroy();
      resolve({ fingerprint: fingerprintOfCertificate(certificate) });
    }).on('error', reject);
  });
}

/** As an agent asks whose pin no longer fits: no certificate, no byte. */
async function chainOf(port: number): Promise<string[]> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ALPNProtocols: [chainProtocol] });
  let text = '';
  for await (const piece of socket) text += String(piece);
  expect(socket.bytesWritten).toBe(0);
  return chainDocumentSchema.parse(JSON.parse(text)).links;
}
