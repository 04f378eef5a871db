/** The next key on its way out of the server: at no moment is an answer that may be lost the only copy of it. */
import { apiPaths, type KeyDocument, type ServerKeys } from '@longshore/rest-contract';
import { useDatabases } from '@longshore/testing';
import { type Answered, aServer, type AServer, codeIn, parse } from '../testing/a-server';

const aDatabase = useDatabases();
const passphrase = 'correct horse battery staple';

describe('the next key', () => {
  let server: AServer;
  beforeEach(async () => {
    server = await aServer(await aDatabase());
  });
  afterEach(() => server.stop());

  const post = (path: string, body: object): Promise<Answered> => server.asAdmin(path, { method: 'POST', body });
  const show = async (): Promise<ServerKeys> => parse((await server.asAdmin(apiPaths.serverKeys)).text);
  const exported = async (content: KeyDocument['content'] = 'next-key'): Promise<KeyDocument> =>
    parse((await post(apiPaths.exportServerKeys, { content, passphrase })).text);
  const takeOffline = (wish: object): Promise<Answered> =>
    post(apiPaths.exportServerKeys, { content: 'next-key', passphrase, takeOffline: true, ...wish });

  it('stays until the document of an export comes back, whichever answers were lost before', async () => {
    const lost = await exported();
    const document = await exported();
    expect([document.fingerprint, (await show()).nextKeyHeld]).toEqual([lost.fingerprint, true]);

    const taken = await takeOffline({ document });
    expect([taken.status, parse(taken.text)]).toEqual([200, document]);
    expect((await show()).nextKeyHeld).toBe(false);

    // The answer was lost: the key is gone, and the document from before does all that it would have done.
    const again = await takeOffline({ document });
    expect([again.status, codeIn(again)]).toEqual([409, 'NEXT_KEY_OFFLINE']);
    const rotated = await post(apiPaths.rotateServerKey, { nextKey: { document, passphrase } });
    expect([rotated.status, parse(rotated.text)]).toEqual([
      200,
      expect.objectContaining({ fingerprint: document.fingerprint, nextKeyHeld: true }),
    ]);
  });

  it('stays where no document, or one that cannot be opened, is sent along', async () => {
    const document = await exported();
    const identity = await exported('server-identity');
    for (const [wish, refusal] of [
      [{}, 'NEXT_KEY_NOT_EXPORTED'],
      [{ document: null }, 'NEXT_KEY_NOT_EXPORTED'],
      [{ document, passphrase: 'wrong horse battery staple' }, 'SEAL_REFUSED'],
      [{ document: { ...document, sealed: document.sealed.slice(0, -8) } }, 'SEAL_REFUSED'],
      [{ document: identity }, 'INPUT_INVALID'],
    ] as const) {
      const refused = await takeOffline(wish);
      expect([refused.status, codeIn(refused)]).toEqual([400, refusal]);
    }
    expect(parse((await takeOffline({})).text)).toMatchObject({ error: { field: 'document' } });
    expect((await show()).nextKeyHeld).toBe(true);
  });

  it('stays where the document holds another one', async () => {
    const document = await exported();
    expect((await post(apiPaths.rotateServerKey, {})).status).toBe(200);
    const stale = await takeOffline({ document });
    expect([stale.status, codeIn(stale)]).toEqual([409, 'NEXT_KEY_FOREIGN']);
    expect((await show()).nextKeyHeld).toBe(true);
    expect((await takeOffline({ document: await exported() })).status).toBe(200);
  });
});
