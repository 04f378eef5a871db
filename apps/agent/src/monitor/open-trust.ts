/**
 * Puts together what the monitor trusts and shows: pins and chain, the way to catch up with them, its own key and how it
 * rotates. Tells by `changed` what has to be opened anew.
 */
import type { AgentHome } from '@longshore/agent-runtime';
import type { Identity } from '@longshore/pinning';
import { AgentTrust } from '../trust/agent-trust';
import { AgentSecrets } from '../trust/agent-secrets';
import { CatchUp } from '../trust/catch-up';
import { ChainTrust } from '../trust/chain-trust';
import type { GatewayAccess } from '../trust/gateway-access';
import { mendIdentity } from '../trust/identity-files';
import { IdentityRotation } from '../trust/identity-rotation';
import type { KeptConfiguration } from '../trust/kept-configuration';
import { certifyAgent } from '../trust/certify-agent';

/** `pin`: the server's key; `access`: to brokers; `credentials`: our own key or API key. */
export type TrustChange = 'pin' | 'access' | 'gateways' | 'credentials';

export interface OpenedTrust {
  readonly secrets: AgentSecrets;
  readonly chain: ChainTrust;
  readonly trust: AgentTrust;
  readonly catchUp: CatchUp;
  readonly gateway: () => Promise<GatewayAccess>;
  /** Before a dial: did somebody put another API key or identity in place? */
  readonly refreshCredentials: () => Promise<boolean>;
}

export interface TrustParts {
  readonly home: AgentHome;
  readonly configuration: KeptConfiguration;
  readonly changed: (what: TrustChange) => void;
}

export async function openTrust({ home, configuration, changed }: TrustParts): Promise<OpenedTrust> {
  const { id, type } = configuration.current;
  let opened: Promise<GatewayAccess> | undefined;
  mendIdentity(home, certifyAgent(id));
  const secrets = new AgentSecrets(home, certifyAgent(id));
  const chain = await ChainTrust.open(configuration, secrets, {
    pinMoved: () => changed('pin'),
    accessChanged: () => changed('access'),
    gatewaysChanged: (gateways) => {
      void opened?.then(({ client }) => client.gateways.useGateways(gateways));
      changed('gateways');
    },
  });
  const gateway = () => (opened ??= openGatewayFor(secrets));
  const client = async () => (await gateway()).client;
  const openGatewayFor = async (shown: Pick<AgentSecrets, 'identity' | 'apiKey'>) =>
    (await import('../trust/gateway-access')).openGateway(configuration.current, shown, chain.isPinned);
  const credentialsChanged = async () => {
    await chain.announce();
    // Whatever was dialled with the old ones goes.
    if (opened !== undefined) (await opened).client.closeConnections();
  };
  const catchUp = new CatchUp({ trust: chain, client });
  const rotation = new IdentityRotation({
    home,
    configuration,
    secrets,
    gateway: {
      client,
      pingAs: async (identity: Identity) => {
        const other = await openGatewayFor({ identity, apiKey: secrets.apiKey });
        await other.client.ping().finally(() => other.client.close());
      },
    },
    adopted: async (jms) => {
      if (jms !== null) await chain.takeAccess({ gateways: [], jms });
      await credentialsChanged();
      changed('credentials');
    },
  });
  await rotation.settle();
  return {
    ...{ secrets, chain, catchUp, gateway },
    trust: new AgentTrust({ type, chain, catchUp, rotation, client }),
    refreshCredentials: async () => {
      const isOther = secrets.refresh();
      if (isOther) await credentialsChanged();
      return isOther;
    },
  };
}
