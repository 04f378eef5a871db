import { existsSync } from 'node:fs';
import { type Identity, verifyAgentKeyMove, verifySealingKey } from '@longshore/pinning';
import { type Fingerprint, type MoveIdentity, agentIdSchema } from '@longshore/protocol';
import { type AGateway, type GatewayAnswers, aGateway, refusal } from '../testing/a-gateway';
import { type InstalledHome, anAgentId, anInstalledHome } from '../testing/a-home';
import { aServerId } from '../testing/a-server-chain';
import { openGateway } from './gateway-access';
import { readNextIdentity } from './identity-files';
import { IdentityRotation } from './identity-rotation';
import { certifyAgent } from './certify-agent';

const agentId = agentIdSchema.parse(anAgentId);

/** Pins as a server does: by the statement alone, under the key that is pinned. */
class PinningServer {
  readonly certificates: string[] = [];
  /** The pin moves, and the answer is lost. */
  cutsAnswer = false;
  refuses = false;

  constructor(public pinned: Fingerprint) {}

  readonly answers: GatewayAnswers = {
    '/agent/v1/ping': ({ by }) => (by === this.pinned ? { status: 204 } : refusal(401, 'AGENT_UNKNOWN')),
    '/agent/v1/identity': async ({ by, body, cut }) => {
      if (by !== this.pinned) return refusal(401, 'AGENT_UNKNOWN');
      if (this.refuses) return refusal(403, 'KEY_REJECTED');
      const { move, sealingKey } = body as MoveIdentity;
      const { pinned } = this;
      const { fingerprint, certificatePem } = await verifyAgentKeyMove(move, { agentId, serverId: aServerId, pinned });
      await verifySealingKey(sealingKey, fingerprint);
      this.pinned = fingerprint;
      this.certificates.push(certificatePem);
      if (this.cutsAnswer) cut();
      return { status: 200, body: { jms: null } };
    },
  };
}

function rotate({ home, configuration, secrets, chain }: InstalledHome, gateway: AGateway) {
  configuration.change({ gateways: [gateway.address] });
  const events: string[] = [];
  const openFor = (shown: { identity: Identity; apiKey: string }) => openGateway(configuration.current, shown).client;
  const client = openFor(secrets);
  const rotation = new IdentityRotation({
    ...{ home, configuration, secrets },
    gateway: {
      client: async () => client,
      pingAs: async (identity) => {
        const other = openFor({ identity, apiKey: secrets.apiKey });
        await other.ping().finally(() => other.close());
      },
    },
    adopted: async () => void events.push(`adopted ${secrets.identity.fingerprint}`),
  });
  return { rotation, events, client, next: () => readNextIdentity(home, certifyAgent(anAgentId)), chain };
}

describe('the rotation of an agent’s key', () => {
  const start = async () => {
    const installed = await anInstalledHome();
    const server = new PinningServer(installed.secrets.identity.fingerprint);
    const gateway = await aGateway({ identity: installed.chain.current, answers: server.answers });
    const parts = rotate(installed, gateway);
    return {
      ...{ installed, server, gateway, ...parts },
      async [Symbol.asyncDispose]() {
        await parts.client.close();
        await gateway[Symbol.asyncDispose]();
        installed[Symbol.dispose]();
      },
    };
  };

  it('moves the pin under the old key, and then holds the new one alone', async () => {
    await using all = await start();
    const { rotation, server, gateway, installed, events } = all;
    const before = installed.secrets.identity;
    await rotation.move('rotate-key');
    const { identity, signer } = installed.secrets;
    expect(identity.fingerprint).not.toBe(before.fingerprint);
    expect([server.pinned, signer.fingerprint]).toEqual([identity.fingerprint, identity.fingerprint]);
    expect(gateway.requests.map(({ path, by }) => [path, by])).toEqual([['/agent/v1/identity', before.fingerprint]]);
    expect(events).toEqual([`adopted ${identity.fingerprint}`]);
    expect([all.next(), existsSync(installed.home.nextIdentityCertificate)]).toEqual([null, false]);
  });

  it('renews the certificate and keeps the key', async () => {
    await using all = await start();
    const { rotation, server, installed } = all;
    const before = installed.secrets.identity;
    await rotation.move('renew-certificate');
    const { identity } = installed.secrets;
    expect([identity.privateKeyPem, server.pinned]).toEqual([before.privateKeyPem, before.fingerprint]);
    expect([identity.certificatePem === before.certificatePem, server.certificates]).toEqual([
      false,
      [identity.certificatePem],
    ]);
  });

  it('learns by the next key that it has moved when the answer was lost', async () => {
    await using all = await start();
    const { rotation, server, installed, events } = all;
    server.cutsAnswer = true;
    await rotation.move('rotate-key');
    expect(installed.secrets.identity.fingerprint).toBe(server.pinned);
    expect(events).toHaveLength(1);
  });

  it('ends after a crash what had gone through, and posts again what had not, with the same key', async () => {
    await using all = await start();
    const { rotation, server, installed, gateway } = all;
    server.refuses = true;
    await expect(rotation.move('rotate-key')).rejects.toMatchObject({ reason: 'KEY_REJECTED' });
    const waiting = all.next();
    expect(installed.secrets.identity.fingerprint).toBe(server.pinned);
    // A new process: nothing but the files is left.
    const again = rotate(installed, gateway);
    expect([await again.rotation.settle(), again.next()]).toEqual(['not-pinned', waiting]);
    server.refuses = false;
    await again.rotation.move('rotate-key');
    expect(server.pinned).toBe(waiting?.fingerprint);
    expect([installed.secrets.identity.fingerprint, await again.rotation.settle()]).toEqual([
      waiting?.fingerprint,
      'nothing-waits',
    ]);
    await again.client.close();
  });

  it('adopts at its start a key that the server has pinned, and keeps both while nobody answers', async () => {
    await using all = await start();
    const { rotation, server, installed, gateway } = all;
    server.refuses = true;
    await expect(rotation.move('rotate-key')).rejects.toThrow();
    const waiting = all.next();
    installed.configuration.change({ gateways: ['https://127.0.0.1:1'] });
    expect([await rotation.settle(), all.next()]).toEqual(['unknown', waiting]);
    server.pinned = waiting?.fingerprint ?? server.pinned;
    const again = rotate(installed, gateway);
    expect(await again.rotation.settle()).toBe('adopted');
    expect([installed.secrets.identity.fingerprint, again.next()]).toEqual([waiting?.fingerprint, null]);
    await again.client.close();
  });

  it('forgets a key that nobody wishes any more', async () => {
    await using all = await start();
    all.server.refuses = true;
    await expect(all.rotation.move('rotate-key')).rejects.toThrow();
    const gateways = all.installed.configuration.current.gateways;
    all.installed.configuration.change({ gateways: ['https://127.0.0.1:1'] });
    await all.rotation.drop();
    expect(all.next()).not.toBeNull();
    all.installed.configuration.change({ gateways });
    await all.rotation.drop();
    expect(all.next()).toBeNull();
    expect(all.installed.secrets.refresh()).toBe(false);
  });
});
