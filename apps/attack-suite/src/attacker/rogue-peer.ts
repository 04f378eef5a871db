/**
 * A TLS peer with another key and the right names, which counts what it is told after its handshakes. To whoever asks
 * for a rotation chain it gives one that it made itself.
 */
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { createChainHead, createIdentity, createSigner, type Signer } from '@longshore/pinning';
import { chainProtocol, type Fingerprint, type ServerId } from '@longshore/protocol';

/** The chain that a rogue with this key would like to be believed. */
export type ForgeChain = (own: Signer, next: Fingerprint) => Promise<readonly string[]>;

const aChainOfItsOwn =
  (serverId: ServerId): ForgeChain =>
  async (signer, nextCommitment) => [await createChainHead({ serverId, signer, nextCommitment })];

export class RoguePeer {
  bytes = 0;
  /** A client that finds another key leaves before the handshake is done on our side: every connection counts. */
  dialled = 0;
  chainsGiven = 0;

  private constructor(
    private readonly server: Server,
    chain: string,
  ) {
    server.on('tlsClientError', () => undefined).on('connection', () => (this.dialled += 1));
    server.on('secureConnection', (socket: TLSSocket) => {
      socket.on('error', () => undefined).on('data', (piece) => (this.bytes += piece.length));
      if (socket.alpnProtocol !== chainProtocol) return;
      this.chainsGiven += 1;
      socket.end(chain);
    });
  }

  static async listen(serverId: ServerId, forge: ForgeChain = aChainOfItsOwn(serverId)): Promise<RoguePeer> {
    const names = { dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] };
    const own = createIdentity({ kind: 'server', id: serverId, ...names });
    const next = createIdentity({ kind: 'server', id: serverId });
    const server = createServer({
      ...{ cert: own.certificatePem, key: own.privateKeyPem, requestCert: true, rejectUnauthorized: false },
      ALPNProtocols: ['http/1.1', chainProtocol],
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new RoguePeer(
      server,
      JSON.stringify({ links: await forge(createSigner(own.privateKeyPem), next.fingerprint) }),
    );
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): void {
    this.server.close();
  }
}
