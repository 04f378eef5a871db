import { connect, type SecureVersion } from 'node:tls';
import { createIdentity } from '@longshore/pinning';
import { connectPinned } from './connect-pinned';
import { startRecordingServer } from './testing/recording-server';

const server = createIdentity({ kind: 'server', id: 's1' });
const agent = createIdentity({ kind: 'agent', id: 'a1' });
const host = '127.0.0.1';

describe('tlsServerOptions', () => {
  it.each(['TLSv1.3', 'TLSv1.2'] as const)('never resumes a session of %s', async (version) => {
    await using peer = await startRecordingServer(server, { minVersion: 'TLSv1.2' });
    const first = await visit(peer.port, version);
    const second = await visit(peer.port, version, first.session);
    expect(first.protocol).toBe(version);
    expect(second.session).toBeDefined();
    expect(second.reused).toBe(false);
    expect(peer.clients).toEqual([agent.fingerprint, null]);
  });

  it('takes no TLS 1.2 by default', async () => {
    await using peer = await startRecordingServer(server);
    await expect(visit(peer.port, 'TLSv1.2')).rejects.toThrow(/protocol version/);
  });

  it('lets a client without a certificate in and says so', async () => {
    await using peer = await startRecordingServer(server);
    const { answer } = await visit(peer.port, 'TLSv1.3', undefined, false);
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(peer.clients).toEqual([null]);
  });

  it('asks nobody for a certificate where operators come', async () => {
    await using peer = await startRecordingServer(server, { clientCertificates: 'none' });
    const socket = await connectPinned({ host, port: peer.port, isPinned: [server.fingerprint], identity: agent });
    socket.end('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    for await (const _ of socket);
    expect(peer.clients).toEqual([null]);
  });
});

interface Visit {
  readonly reused: boolean;
  readonly session: Buffer | undefined;
  readonly protocol: string | null;
  readonly answer: string;
}

/** A client that, unlike ours, tries to resume; it shows its certificate only when it comes without a session. */
function visit(
  port: number,
  version: SecureVersion,
  session?: Buffer,
  showKey = session === undefined,
): Promise<Visit> {
  return new Promise((resolve, reject) => {
    let [saved, answer] = [undefined as Buffer | undefined, ''];
    const socket = connect({
      host,
      port,
      minVersion: version,
      maxVersion: version,
      rejectUnauthorized: false,
      ...(showKey ? { cert: agent.certificatePem, key: agent.privateKeyPem } : {}),
      ...(session === undefined ? {} : { session }),
    });
    socket.on('error', reject).on('session', (fresh) => (saved = fresh));
    socket.once('secureConnect', () => {
      const seen = { reused: socket.isSessionReused(), protocol: socket.getProtocol() };
      saved ??= socket.getSession();
      socket.on('data', (piece: Buffer) => (answer += piece.toString()));
      socket.on('close', () => resolve({ ...seen, session: saved, answer }));
      socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    });
  });
}
