/** A TLS server that says nothing and counts what it is told: the far end of tests about the first byte. */
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { AddressInfo } from 'node:net';

export class RawTlsPeer {
  bytes = 0;
  handshakes = 0;

  private constructor(private readonly server: Server) {
    server.on('secureConnection', (socket: TLSSocket) => {
      this.handshakes += 1;
      socket.on('error', () => undefined).on('data', (chunk) => (this.bytes += chunk.length));
    });
    server.on('tlsClientError', () => undefined);
  }

  static async listen(identity: {
    readonly certificatePem: string;
    readonly privateKeyPem: string;
  }): Promise<RawTlsPeer> {
    const server = createServer({ cert: identity.certificatePem, key: identity.privateKeyPem });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new RawTlsPeer(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await new Promise((closed) => this.server.close(closed));
  }
}
