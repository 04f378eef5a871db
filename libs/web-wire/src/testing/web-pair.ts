/** Both halves of the web wire over a real TLS server with a real Nest application behind it. */
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import 'reflect-metadata';
import { Controller, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { request } from 'undici';
import { CommandSource, GatewayIntake, type Peer, PeerDirectory, type UnsequencedToServer } from '@longshore/delivery';
import {
  createApiKey,
  createIdentity,
  fingerprintOfCertificate,
  type Identity,
  type NewBearerSecret,
  publicKeyOfCertificate,
  publicKeyToPem,
} from '@longshore/pinning';
import { gatewayPaths, limits, type ServerToAgent } from '@longshore/protocol';
import { createPinnedDispatcher, peerFingerprint, type PinnedConnection, tlsServerOptions } from '@longshore/tls';
import type { ChannelPair } from '../../../delivery/src/testing/agent-channel-contract';
import { anAgentId, aServerId } from '../../../delivery/src/testing/messages';
import { RawTlsPeer } from '../../../delivery/src/testing/raw-tls-peer';
import {
  CommandsInMemory,
  PeersInMemory,
  RecordingIntake,
  RecordingListener,
} from '../../../delivery/src/testing/recording';
import { GatewayChoice } from '../agent/gateway-choice';
import { GatewayClient } from '../agent/gateway-client';
import { WebAgentChannel } from '../agent/web-agent-channel';
import { AgentGateway } from '../server/agent-gateway';
import { AgentGatewayAdapter } from '../server/agent-gateway-adapter';
import { AgentSockets } from '../server/agent-sockets';
import { CommandStreams } from '../server/command-streams';
import { GatewayController } from '../server/gateway-controller';
import { GatewaySettings } from '../server/gateway-settings';
import { WebServerChannel } from '../server/web-server-channel';

export interface WebPair extends ChannelPair {
  readonly origin: string;
  readonly client: GatewayClient;
  readonly connection: PinnedConnection;
  readonly peers: PeersInMemory;
  readonly sockets: AgentSockets;
  readonly streams: CommandStreams;
  readonly server: WebServerChannel;
}

const heartbeatMs = 200;
const peersByRequest = new WeakMap<object, Peer>();

/** Stands in for the server's guard: the hook below has proved the peer. */
@Controller()
class TestGatewayController extends GatewayController {
  protected override peerOf(request: FastifyRequest): Peer {
    const peer = peersByRequest.get(request.raw);
    if (peer === undefined) throw new Error('no guard has run');
    return peer;
  }
}

@Injectable()
class TestIntake extends RecordingIntake {}

export async function makeWebPair(): Promise<WebPair> {
  const ends = { agentId: anAgentId(), serverId: aServerId() };
  const serverIdentity = createIdentity({ kind: 'server', id: ends.serverId });
  const agentIdentity = createIdentity({ kind: 'agent', id: ends.agentId });
  const apiKey = createApiKey();
  const commands = new CommandsInMemory();
  const peers = new PeersInMemory();
  const intake = new TestIntake();
  peers.peers.push(aKnownWebAgent(ends.agentId, agentIdentity, apiKey));

  @Module({
    controllers: [TestGatewayController],
    providers: [
      AgentGateway,
      AgentSockets,
      CommandStreams,
      WebServerChannel,
      { provide: GatewaySettings, useValue: new GatewaySettings(ends.serverId, heartbeatMs) },
      { provide: CommandSource, useValue: commands },
      { provide: PeerDirectory, useValue: peers },
      { provide: GatewayIntake, useValue: intake },
    ],
  })
  class TestModule {}

  const { app, server: tlsServer } = await listen(TestModule, serverIdentity, peers);
  const origin = `https://127.0.0.1:${(tlsServer.address() as AddressInfo).port}`;
  const connection = { isPinned: [serverIdentity.fingerprint], identity: agentIdentity };
  const client = new GatewayClient({
    gateways: new GatewayChoice([origin]),
    connection,
    apiKey: () => apiKey.text,
    silenceMs: heartbeatMs * 3,
  });
  const refusedByAgent: { code: string }[] = [];
  const agent = new WebAgentChannel({
    ...ends,
    client,
    connection,
    onRefused: (refused) => refusedByAgent.push(refused),
  });
  const sockets = app.get(AgentSockets);
  return {
    ...{ ends, intake, commands, peers, client, connection, agent, origin, refusedByAgent, sockets },
    server: app.get(WebServerChannel),
    streams: app.get(CommandStreams),
    largestBytes: limits.messageBytes,
    sendRaw: (message) => sendRaw({ origin, connection, agent }, message),
    sendRawToAgent: async (message) => sockets.send(ends.agentId, message as ServerToAgent),
    openAgainstAnotherKey: () => openAgainstAnotherKey(connection, ends),
    close: async () => {
      await client.close();
      app.get(CommandStreams).closeAll();
      await app.close();
      tlsServer.closeAllConnections();
    },
  };
}

export function aKnownWebAgent(
  agentId: ChannelPair['ends']['agentId'],
  { certificatePem }: Identity,
  { id, secretHash }: Pick<NewBearerSecret, 'id' | 'secretHash'>,
) {
  return {
    agentId,
    type: 'web' as const,
    fingerprint: fingerprintOfCertificate(certificatePem),
    publicKeyPem: publicKeyToPem(publicKeyOfCertificate(certificatePem)),
    approved: true,
    apiKey: { keyId: id, secretHash },
  };
}

async function listen(module: new () => unknown, identity: Identity, peers: PeersInMemory) {
  let server!: Server;
  const adapter = new FastifyAdapter({
    bodyLimit: limits.logPieceBytes,
    serverFactory: (onRequest: RequestListener) => {
      server = createServer(tlsServerOptions({ identity, clientCertificates: 'ask' }), onRequest);
      return server;
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { logger: false });
  adapter.getInstance().addHook('onRequest', async (request) => {
    const fingerprint = peerFingerprint(request.raw.socket);
    const known = fingerprint === null ? null : await peers.byFingerprint(fingerprint);
    if (known === null || fingerprint === null) throw new Error('unknown peer');
    peersByRequest.set(request.raw, { agentId: known.agentId, fingerprint, wire: 'web', address: 'test' });
  });
  app.useWebSocketAdapter(new AgentGatewayAdapter(app, server, heartbeatMs));
  await app.listen(0, '127.0.0.1');
  return { app, server };
}

/** Events past our own client's checks; our half of the socket checks no more than the size. */
async function sendRaw(
  { origin, connection, agent }: Pick<WebPair, 'origin' | 'connection' | 'agent'>,
  message: unknown,
): Promise<void> {
  if (!Object.hasOwn(message as object, 'seq')) return agent.send(message as UnsequencedToServer);
  const dispatcher = createPinnedDispatcher(connection);
  const answer = await request(`${origin}${gatewayPaths.events}`, {
    dispatcher,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [message] }),
  });
  await answer.body.dump();
  await dispatcher.close();
}

async function openAgainstAnotherKey(connection: PinnedConnection, ends: ChannelPair['ends']) {
  const peer = await RawTlsPeer.listen(createIdentity({ kind: 'server', id: ends.serverId }));
  const client = new GatewayClient({ gateways: new GatewayChoice([`https://127.0.0.1:${peer.port}`]), connection });
  const listener = new RecordingListener();
  const channel = new WebAgentChannel({ ...ends, client, connection, onRefused: () => undefined });
  const error = await channel.open(listener).catch((cause: unknown) => cause);
  await client.ping().catch(() => undefined);
  await client.close();
  await peer.close();
  return { listener, error, bytes: peer.bytes };
}
