/** The part of a gateway that hands out the rotation chain, on a real TLS socket; it counts what is said to it. */
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { createChainHead, createChainMove, createIdentity, createSigner, type Identity } from '@longshore/pinning';
import { chainProtocol, serverIdSchema } from '@longshore/protocol';
import { tlsServerOptions } from '@longshore/tls';

export interface FakeGateway {
  readonly origin: string;
  /** Application bytes that clients wrote. */
  received(): number;
  close(): Promise<void>;
}

export async function openFakeGateway(identity: Identity, links: () => readonly string[]): Promise<FakeGateway> {
  let received = 0;
  const options = tlsServerOptions({ identity, clientCertificates: 'ask', alpn: [chainProtocol] });
  const server = createServer(options, (socket) => {
    socket.on('data', (piece: Buffer) => (received += piece.length)).on('error', () => undefined);
    socket.end(JSON.stringify({ links: links() }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: () => received,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

export const aServerIdentity = (): Identity =>
  createIdentity({ kind: 'server', id: 'fake', ipAddresses: ['127.0.0.1'] });

/** A chain through these keys; the last one is only committed to. */
export async function chainOf(identities: readonly Identity[]): Promise<string[]> {
  const signers = identities.map(({ privateKeyPem }) => createSigner(privateKeyPem));
  const serverId = serverIdSchema.parse('6f1b3c9e-2f53-4a0f-9d6e-0a4f2c1b7e11');
  const links: string[] = [];
  for (const [index, signer] of signers.entries()) {
    const [before, next] = [signers[index - 1], signers[index + 1]];
    if (next === undefined) break;
    const nextCommitment = next.fingerprint;
    if (before === undefined) {
      links.push(await createChainHead({ serverId, signer, nextCommitment }));
      continue;
    }
    const statement = { serverId, index: index - 1, current: before.fingerprint, nextCommitment: signer.fingerprint };
    links.push(await createChainMove({ from: { statement, signer: before }, to: signer, nextCommitment }));
  }
  return links;
}
