/** What happens to the server's keys is written down or does not happen, and what has happened is carried through. */
import { mkdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { apiPaths, type KeyDocument, type ServerKeys } from '@longshore/rest-contract';
import { useDatabases } from '@longshore/testing';
import { Wakeups } from '../delivery/wakeups';
import { type Answered, aServer, type AServer, codeIn, parse } from '../testing/a-server';
import { ServerIdentity } from '../trust/server-identity';
import { KeyTakeover } from './key-takeover';

const aDatabase = useDatabases();
const passphrase = 'correct horse battery staple';

describe("a change of the server's keys", () => {
  let server: AServer;
  beforeEach(async () => {
    server = await aServer(await aDatabase());
  });
  afterEach(() => server.stop());

  const post = (path: string, body: object = {}): Promise<Answered> => server.asAdmin(path, { method: 'POST', body });
  const show = async (): Promise<ServerKeys> => parse((await server.asAdmin(apiPaths.serverKeys)).text);
  const query = (text: string): Promise<object[]> => server.running.database.query(text);
  const inFolder = (name: string): string => join(server.settings.dataFolder, 'identity', name);
  const current = (): string =>
    server.running.application.nest.get<ServerIdentity>(ServerIdentity).identity.fingerprint;

  it('does not happen where it cannot be written down', async () => {
    const wish = { content: 'next-key', passphrase };
    const document = parse<KeyDocument>((await post(apiPaths.exportServerKeys, wish)).text);
    expect((await post(apiPaths.installTokens)).status).toBe(201);
    const before = readFileSync(inFolder('server.json'), 'utf8');

    await query('ALTER TABLE audit RENAME TO audit_away');
    for (const [path, body] of [
      [apiPaths.rotateServerKey, {}],
      [apiPaths.rotateServerKey, { emergency: true }],
      [apiPaths.exportServerKeys, wish],
      [apiPaths.exportServerKeys, { ...wish, content: 'server-identity' }],
      [apiPaths.exportServerKeys, { ...wish, takeOffline: true, document }],
    ] as const) {
      const failed = await post(path, body);
      expect([failed.status, codeIn(failed), failed.text.includes('sealed')]).toEqual([500, 'INTERNAL', false]);
    }
    expect(readFileSync(inFolder('server.json'), 'utf8')).toBe(before);
    expect(await show()).toMatchObject({ rotations: 0, nextKeyHeld: true, fingerprint: current() });
    expect(await query('SELECT id FROM install_tokens')).toHaveLength(1);

    await query('ALTER TABLE audit_away RENAME TO audit');
    expect(parse((await post(apiPaths.rotateServerKey)).text)).toMatchObject({ fingerprint: document.fingerprint });
  });

  it('is told and finished where this process cannot go by it yet', async () => {
    const { fingerprint: first, nextCommitment } = await show();
    const told: string[] = [];
    const { nest } = server.running.application;
    nest.get<Wakeups>(Wakeups).on('serverKey', (fingerprints) => told.push(...fingerprints));
    await post(apiPaths.installTokens);
    await query(tokenMadeMeanwhile);
    // As on a full disk: the certificate of the new key cannot be put beside it.
    rmSync(inFolder('current.pem'));
    mkdirSync(inFolder('current.pem'));

    const rotated = await post(apiPaths.rotateServerKey, { emergency: true });
    expect([rotated.status, parse(rotated.text)]).toEqual([
      200,
      expect.objectContaining({ fingerprint: nextCommitment, rotations: 1 }),
    ]);
    expect([current(), told]).toEqual([first, [nextCommitment]]);
    expect(await query('SELECT id FROM install_tokens')).toEqual([]);
    expect(await query("SELECT details FROM audit WHERE action = 'install-tokens.revoked' ORDER BY id")).toEqual([
      { details: { count: 1 } },
      { details: { count: 1 } },
    ]);

    rmdirSync(inFolder('current.pem'));
    await nest.get<KeyTakeover>(KeyTakeover).takeOver();
    expect(current()).toBe(nextCommitment);
  });
});

/** By another process that still goes by the key before, when the first tokens have been removed. */
const tokenMadeMeanwhile = `
  CREATE FUNCTION make_a_token() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO install_tokens (id, secret_hash, expires_at, uses_left, auto_approve, tags, teams, created_by)
      VALUES ('late', '', now() + interval '1 hour', 1, false, '{}', '{}', 'admin');
    RETURN NEW;
  END $$;
  CREATE TRIGGER a_token AFTER INSERT ON audit FOR EACH ROW WHEN (NEW.action = 'server-key.rotated')
    EXECUTE FUNCTION make_a_token()`;
