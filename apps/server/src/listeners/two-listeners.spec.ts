/** TLS of both ports: the floor, no resumption in any form, and another key while they listen. */
import { once } from 'node:events';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect, type SecureVersion, type TLSSocket } from 'node:tls';
import { createIdentity, fingerprintOfCertificate, type Identity } from '@longshore/pinning';
import type { ServerSettings } from '../config/server-settings';
import type { KeyMoved, ServerIdentity } from '../trust/server-identity';
import { createListeners, type Listeners } from './two-listeners';

const aKey = (): Identity => createIdentity({ kind: 'server', id: 's1' });

/** The part of the identity that listeners use. */
class MovableKey {
  readonly #listeners: ((moved: KeyMoved) => void)[] = [];
  readonly chain = ['link'];
  identity = aKey();

  onMoved(listener: (moved: KeyMoved) => void): void {
    this.#listeners.push(listener);
  }

  move(moved: KeyMoved): void {
    this.identity = aKey();
    for (const listener of this.#listeners) listener(moved);
  }
}

type Which = 'operators' | 'agents';

describe.each(['TLSv1.3', 'TLSv1.2'] as const)('both ports with the floor %s', (minTlsVersion) => {
  let key: MovableKey;
  let listeners: Listeners;
  beforeEach(async () => {
    key = new MovableKey();
    const settings: Pick<ServerSettings, 'minTlsVersion'> = { minTlsVersion };
    listeners = createListeners({ server: key as unknown as ServerIdentity, settings });
    await listeners.fastify.ready();
    for (const server of [serverOf('operators'), serverOf('agents')]) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
  });
  afterEach(async () => {
    for (const server of [serverOf('operators'), serverOf('agents')]) {
      server.closeAllConnections();
      server.close();
    }
    await listeners.fastify.close();
  });

  const serverOf = (which: Which): Server =>
    which === 'agents' ? listeners.agentServer : (listeners.fastify.server as Server);

  const dial = async (which: Which, version: SecureVersion, session?: Buffer): Promise<TLSSocket> => {
    const { port } = serverOf(which).address() as AddressInfo;
    const socket = connect({
      host: '127.0.0.1',
      port,
      minVersion: version,
      maxVersion: version,
      rejectUnauthorized: false,
      ...(session === undefined ? {} : { session }),
    });
    socket.on('error', () => undefined);
    await once(socket, 'secureConnect');
    return socket;
  };
  /** What a client has in hand after a whole exchange: a ticket (1.3) comes with the answer. */
  const sessionsOf = async (socket: TLSSocket): Promise<Buffer[]> => {
    const sessions: Buffer[] = [];
    socket.on('session', (session: Buffer) => sessions.push(session));
    socket.end('GET /nothing HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    socket.resume();
    const own = socket.getSession();
    await once(socket, 'close');
    return own === undefined ? sessions : [...sessions, own];
  };
  const keyOf = (socket: TLSSocket): string => {
    const shown = socket.getPeerX509Certificate();
    socket.destroy();
    return fingerprintOfCertificate(shown?.toString() ?? '');
  };

  it.each(['operators', 'agents'] as const)('the port of %s gives full handshakes only', async (which) => {
    const versions = minTlsVersion === 'TLSv1.2' ? (['TLSv1.2', 'TLSv1.3'] as const) : (['TLSv1.3'] as const);
    for (const version of versions) {
      const sessions = await sessionsOf(await dial(which, version));
      for (const session of sessions) {
        const again = await dial(which, version, session);
        expect([version, again.isSessionReused()]).toEqual([version, false]);
        // Only a full handshake carries the certificate.
        expect(keyOf(again)).toBe(key.identity.fingerprint);
      }
      expect(sessions.length).toBeGreaterThan(0);
    }
  });

  it.each(['operators', 'agents'] as const)('the port of %s speaks nothing below it', async (which) => {
    for (const version of ['TLSv1', 'TLSv1.1'] as const) await expect(dial(which, version)).rejects.toThrow();
    const older = dial(which, 'TLSv1.2');
    if (minTlsVersion === 'TLSv1.3') await expect(older).rejects.toThrow(/protocol version/);
    else expect(keyOf(await older)).toBe(key.identity.fingerprint);
    expect(keyOf(await dial(which, 'TLSv1.3'))).toBe(key.identity.fingerprint);
  });

  it('show another key from the moment on that it has moved, with the same floor and nothing resumed', async () => {
    for (const which of ['operators', 'agents'] as const) {
      const [open, before] = [await dial(which, 'TLSv1.3'), key.identity.fingerprint];
      const sessions = await sessionsOf(await dial(which, 'TLSv1.3'));
      key.move({ emergency: false });
      for (const session of [undefined, ...sessions]) {
        const after = await dial(which, 'TLSv1.3', session);
        expect([after.isSessionReused(), keyOf(after)]).toEqual([false, key.identity.fingerprint]);
      }
      if (minTlsVersion === 'TLSv1.3') await expect(dial(which, 'TLSv1.2')).rejects.toThrow(/protocol version/);
      open.write('GET /nothing HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
      const [answer] = (await once(open, 'data')) as [Buffer];
      expect(answer.toString()).toMatch(/^HTTP\/1\.1 404 /);
      expect(keyOf(open)).toBe(before);
    }
  });

  it('lose the connections of agents when the key before was stolen, and those of operators stay', async () => {
    const [agent, operator] = [await dial('agents', 'TLSv1.3'), await dial('operators', 'TLSv1.3')];
    agent.write('GET /agent/v1/ping HTTP/1.1\r\nhost: x\r\n\r\n');
    await once(agent, 'data');
    key.move({ emergency: true });
    await once(agent.resume(), 'close');
    operator.write('GET /nothing HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    await once(operator, 'data');
    operator.destroy();
  });
});
