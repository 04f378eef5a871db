/** Opens the JMS wire in the background, for as long as the server runs; the broker may come whenever it likes. */
import type { INestApplicationContext } from '@nestjs/common';
import { GatewayIntake, PeerDirectory } from '@longshore/delivery';
import { BrokerDialler, JmsServerChannel } from '@longshore/jms-wire';
import { ServerSettings } from '../config/server-settings';
import { AgentSessions } from '../delivery/agent-sessions';
import { CommandDispatcher } from '../delivery/command-dispatcher';
import { ServerChannels } from '../delivery/server-channels';
import { ServerIdentity } from '../trust/server-identity';
import { AgentAuthority } from './agent-authority';
import { BrokerAccess } from './broker-access';

/** Null where no broker is configured. */
export function openJmsChannel(app: INestApplicationContext): JmsServerChannel | null {
  const access = app.get(BrokerAccess);
  if (access.configured === null) return null;
  const { brokers, credential, topology } = access.configured;
  const identity = app.get<ServerIdentity>(ServerIdentity);
  const { minTlsVersion } = app.get<ServerSettings>(ServerSettings);
  const channel = new JmsServerChannel({
    serverId: identity.serverId,
    signer: () => identity.signer,
    dialler: new BrokerDialler({ brokers, credential, minVersion: minTlsVersion }),
    user: credential.user,
    topology,
    directory: app.get<PeerDirectory>(PeerDirectory),
    intake: app.get<GatewayIntake>(GatewayIntake),
    onReconnected: () => {
      access.connected();
      greetAgents(app).catch((error: unknown) => access.fault(error));
    },
    onFault: (problem) => {
      if (!channel.isUp) access.lost(problem);
      else access.fault(problem);
    },
  });
  app.get(ServerChannels).register(channel);
  // A broker elsewhere is told to trust it before the first agent needs that.
  app
    .get(AgentAuthority)
    .open()
    .catch((error: unknown) => access.fault(error));
  channel.start();
  return channel;
}

/** The broker may have lost its copies, and agents may have missed a start of the server: both are made good at once. */
async function greetAgents(app: INestApplicationContext): Promise<void> {
  await app.get(AgentSessions).announceStart();
  await app.get(CommandDispatcher).deliverOverdue(0);
}
