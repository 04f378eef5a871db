import {
  createCertificateAuthority,
  createIdentity,
  issueClientCertificate,
  publicKeyOfCertificate,
  verifySealingKey,
} from '@longshore/pinning';
import { readAgentConfiguration } from '@longshore/agent-runtime';
import { type InstalledHome, anAgentId, anInstalledHome } from '../testing/a-home';
import { aJmsAccess, theBrokerKey } from '../testing/a-jms-access';
import { AServerChain, aServerKey } from '../testing/a-server-chain';
import { ChainTrust } from './chain-trust';
import { adoptNextIdentity, writeNextIdentity } from './identity-files';
import { ServerKeyUnreadableError, serverVerifier } from './server-verifier';

const stranger = aServerKey();
async function open(installed: InstalledHome) {
  const events: string[] = [];
  const trust = await ChainTrust.open(installed.configuration, installed.secrets, {
    pinMoved: () => events.push('pin moved'),
    accessChanged: () => events.push('access changed'),
    gatewaysChanged: () => events.push('gateways changed'),
  });
  return { trust, events, onDisk: () => readAgentConfiguration(installed.home.configuration) };
}

describe('what an agent holds of its server', () => {
  it('begins with the pinned key, also for signed messages', async () => {
    using installed = await anInstalledHome();
    const { trust } = await open(installed);
    const { fingerprint } = installed.chain.current;
    expect(trust.isPinned(fingerprint).verdict).toBe('match');
    expect(trust.isPinned(stranger.fingerprint).verdict).toBe('mismatch');
    expect(trust.serverKeys[0]?.fingerprint).toBe(fingerprint);
    expect(() => serverVerifier(installed.chain.head, stranger.fingerprint)).toThrow(ServerKeyUnreadableError);
  });

  it('moves to the committed key and no other, and is on disk when it has moved', async () => {
    using installed = await anInstalledHome();
    const { chain } = installed;
    const { trust, events, onDisk } = await open(installed);
    const [before, forged] = [chain.pin, await chain.fork(stranger)];
    await expect(trust.learn({ statements: forged.slice(1), brokers: null })).rejects.toThrow('uncommitted-key');
    expect(await trust.followChain(forged)).toEqual({ news: 'refused', reason: 'uncommitted-key' });
    expect([trust.pins, onDisk().server, events]).toEqual([[before.current], before, []]);

    await chain.rotate();
    await trust.learn({ statements: chain.links.slice(1), brokers: null });
    expect([trust.pins, onDisk().server, events]).toEqual([[chain.current.fingerprint], chain.pin, ['pin moved']]);
    expect(trust.serverKeys[0]?.fingerprint).toBe(chain.current.fingerprint);
  });

  it('follows a chain of two rotations, whole or in part, and takes one that ends at its pin for no news', async () => {
    using installed = await anInstalledHome();
    const { chain } = installed;
    const { trust } = await open(installed);
    await chain.rotate();
    await chain.rotate();
    expect(await trust.followChain(chain.links)).toEqual({ news: 'moved' });
    expect(trust.pins).toEqual([chain.current.fingerprint]);
    expect(await trust.followChain(chain.links)).toEqual({ news: 'unchanged' });
    expect(await trust.followChain(chain.links.slice(0, 2))).toMatchObject({ news: 'refused' });
  });

  it('refuses a chain of another server, and one whose begin commits to another key than remembered', async () => {
    using installed = await anInstalledHome();
    const { trust } = await open(installed);
    expect(await trust.followChain((await AServerChain.create()).links)).toMatchObject({ news: 'refused' });
    installed.configuration.change({ server: { ...installed.chain.pin, next: stranger.fingerprint } });
    await installed.chain.rotate();
    expect(await trust.followChain(installed.chain.links)).toEqual({ news: 'refused', reason: 'commitment-changed' });
  });

  it('takes brokers by the word of the pinned key alone, and tells others only when they are others', async () => {
    using installed = await anInstalledHome({ jms: aJmsAccess });
    const { chain } = installed;
    const { trust, events, onDisk } = await open(installed);
    const foreign = await AServerChain.create();
    await expect(trust.takeAccess({ gateways: [], jms: await aJmsAccess(foreign) })).rejects.toThrow(
      'broker statement',
    );
    // The same content under another signature.
    expect(await trust.takeAccess({ gateways: [], jms: await aJmsAccess(chain) })).toBe(false);
    expect(events).toEqual([]);
    expect(await trust.isBrokerKey('broker:7918', theBrokerKey)).toBe(true);
    expect(await trust.isBrokerKey('broker:7918', stranger.fingerprint)).toBe(false);
    const moved = await aJmsAccess(chain, { port: 7920 });
    await trust.learn({ statements: [], brokers: moved.brokers });
    expect([events, onDisk().jms?.brokers]).toEqual([['access changed'], moved.brokers]);
  });

  it('takes a certificate for its own key and for no other', async () => {
    using installed = await anInstalledHome({ jms: aJmsAccess });
    const { trust, events, onDisk } = await open(installed);
    const ca = createCertificateAuthority();
    const certificateFor = (pem: string) =>
      issueClientCertificate({ ca, commonName: 'a.quay-7.k', publicKey: publicKeyOfCertificate(pem) });
    const foreign = certificateFor(createIdentity({ kind: 'agent', id: anAgentId }).certificatePem);
    const given = await aJmsAccess(installed.chain, { clientCertificate: foreign });
    await expect(trust.takeAccess({ gateways: [], jms: given })).rejects.toThrow('client certificate');
    const clientCertificate = certificateFor(installed.secrets.identity.certificatePem);
    expect(await trust.takeAccess({ gateways: [], jms: { ...given, clientCertificate } })).toBe(true);
    expect([events, onDisk().jms?.clientCertificate]).toEqual([['access changed'], clientCertificate]);
  });

  it('keeps the gateways that the server names', async () => {
    using installed = await anInstalledHome();
    const { trust, onDisk } = await open(installed);
    expect(await trust.takeAccess({ gateways: [], jms: null })).toBe(false);
    expect(await trust.takeAccess({ gateways: ['https://b:1', 'https://c:1'], jms: null })).toBe(true);
    expect(onDisk().gateways).toEqual(['https://b:1', 'https://c:1']);
  });

  it('announces its sealing key under the key that it has now', async () => {
    using installed = await anInstalledHome();
    const { home, secrets } = installed;
    const { trust } = await open(installed);
    await verifySealingKey(trust.sealingKey, secrets.identity.fingerprint);
    writeNextIdentity(home, createIdentity({ kind: 'agent', id: anAgentId }));
    adoptNextIdentity(home);
    expect(secrets.refresh()).toBe(true);
    await expect(verifySealingKey(trust.sealingKey, secrets.identity.fingerprint)).rejects.toThrow();
    await trust.announce();
    await verifySealingKey(trust.sealingKey, secrets.identity.fingerprint);
  });
});
