import { Socket } from 'node:net';
import { createIdentity, fingerprintOfCertificate } from '@longshore/pinning';
import { connectPinned } from './connect-pinned';
import { peerCertificatePem, peerFingerprint } from './peer-fingerprint';
import { startRecordingServer } from './testing/recording-server';

const server = createIdentity({ kind: 'server', id: 's1' });

describe('the fingerprint of a peer', () => {
  it('outlives its connection, and so does the certificate', async () => {
    await using peer = await startRecordingServer(server);
    const socket = await connectPinned({ host: '127.0.0.1', port: peer.port, isPinned: [server.fingerprint] });
    await new Promise((resolve) => socket.on('close', resolve).destroy());
    expect(peerFingerprint(socket)).toBe(server.fingerprint);
    expect(fingerprintOfCertificate(peerCertificatePem(socket) ?? '')).toBe(server.fingerprint);
  });

  it('is null without TLS', () => {
    expect(peerFingerprint(new Socket())).toBeNull();
    expect(peerCertificatePem(new Socket())).toBeNull();
  });
});
