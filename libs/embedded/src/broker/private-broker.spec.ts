import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect as connectPlain, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { createCertificateAuthority, createIdentity, fingerprintOfCertificate } from '@longshore/pinning';
import { FolderInUseError, PortUnavailableError } from '../embedded-errors';
import { choosePort } from '../loopback-port';
import { PrivateBroker, type PrivateBrokerOptions } from './private-broker';

// The first run of a machine fetches and unpacks RabbitMQ.
jest.setTimeout(300_000);

const amqpHeader = Buffer.from('AMQP\x00\x00\x09\x01', 'latin1');
const identity = createIdentity({ kind: 'broker', id: 'longshore' });

let parent: string;
let options: PrivateBrokerOptions;
let broker: PrivateBroker;

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'longshore-broker-'));
  options = {
    folder: join(parent, 'broker'),
    amqpsPort: await choosePort(),
    certificatePem: identity.certificatePem,
    privateKeyPem: identity.privateKeyPem,
    agentCaPem: createCertificateAuthority().certificatePem,
    adminUser: 'longshore-admin',
    adminPassword: 'a-secret-of-this-test',
    vhost: 'longshore',
    log: () => undefined,
  };
  broker = await PrivateBroker.start(options);
});

afterAll(async () => {
  await broker?.stop();
  rmSync(parent, { recursive: true, force: true });
});

async function askManagement(
  path: string,
  password = options.adminPassword,
): Promise<{ status: number; body: unknown }> {
  const credential = Buffer.from(`${options.adminUser}:${password}`).toString('base64');
  const answer = await fetch(`${broker.managementUrl}${path}`, { headers: { authorization: `Basic ${credential}` } });
  return { status: answer.status, body: await answer.json() };
}

/** What the broker says to a client that speaks first; empty when it closes the connection instead. */
function answerTo(socket: Socket, greeting: Buffer): Promise<string> {
  return new Promise((settle) => {
    let said = '';
    socket.setTimeout(5_000, () => socket.destroy());
    socket.on('data', (bytes) => {
      said += bytes.toString('latin1');
      if (said.length > 16) socket.destroy();
    });
    socket.on('error', () => undefined).on('close', () => settle(said));
    socket.write(greeting);
  });
}

function openTls(versions: { maxVersion?: 'TLSv1.2' } = {}): Promise<TLSSocket> {
  return new Promise((settle, fail) => {
    const socket = connectTls({ port: options.amqpsPort, host: '127.0.0.1', rejectUnauthorized: false, ...versions });
    socket.on('error', fail).on('secureConnect', () => settle(socket));
  });
}

/** Every process that was given this broker's home: the node, its helpers, the port mapper. */
function processesOfBroker(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`HOME=${options.folder}/home\0`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Local addresses, as the kernel writes them, on which the broker's processes listen. */
function listeningAddresses(): Set<string> {
  const sockets = processesOfBroker().flatMap((pid) =>
    readdirSync(`/proc/${pid}/fd`).map((descriptor) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${descriptor}`);
      } catch {
        return '';
      }
    }),
  );
  const rows = ['tcp', 'tcp6'].flatMap((name) => readFileSync(`/proc/net/${name}`, 'utf8').trim().split('\n').slice(1));
  const listening = rows.map((row) => row.trim().split(/\s+/)).filter(([, , , state]) => state === '0A');
  const ours = listening.filter((fields) => sockets.includes(`socket:[${fields[9]}]`));
  return new Set(ours.map(([, address]) => address?.split(':')[0] ?? ''));
}

/** What a kill -9 of the process that started it leaves behind: the node, and a claim whose owner is dead. */
function forgetOwner(): void {
  const owner = { pid: process.pid, startTicks: '1', bootId: 'an earlier boot' };
  writeFileSync(join(options.folder, 'owner.json'), JSON.stringify(owner));
}

describe('private broker', () => {
  it('speaks AMQP over TLS 1.3 with the key it was given, and offers no AMQPLAIN', async () => {
    const socket = await openTls();
    expect(socket.getProtocol()).toBe('TLSv1.3');
    const presented = socket.getPeerX509Certificate()?.toString() ?? '';
    expect(fingerprintOfCertificate(presented)).toBe(identity.fingerprint);
    const start = await answerTo(socket, amqpHeader);
    expect(start).toContain('PLAIN');
    expect(start).not.toContain('AMQPLAIN');
  });

  it('refuses plain TCP and older TLS', async () => {
    const plain = await answerTo(connectPlain({ port: options.amqpsPort, host: '127.0.0.1' }), amqpHeader);
    expect(plain).not.toContain('PLAIN');
    await expect(openTls({ maxVersion: 'TLSv1.2' })).rejects.toThrow(/protocol version/);
  });

  it('answers its management to the administrator only', async () => {
    expect(await askManagement(`/api/vhosts/${options.vhost}`)).toMatchObject({
      status: 200,
      body: { name: options.vhost },
    });
    expect((await askManagement('/api/whoami', 'wrong')).status).toBe(401);
  });

  it('listens on loopback only, and keeps its secrets out of arguments and environment', () => {
    const loopback = ['0100007F', '00000000000000000000000001000000'];
    expect([...listeningAddresses()].filter((address) => !loopback.includes(address))).toEqual([]);
    expect([...listeningAddresses()]).toContain('0100007F');
    for (const pid of processesOfBroker()) {
      const visible = readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`, 'utf8');
      expect(visible).not.toContain(options.adminPassword);
    }
    for (const name of ['rabbitmq.conf', 'tls/key.pem']) {
      expect(statSync(join(options.folder, name)).mode & 0o777).toBe(0o600);
    }
  });

  it('refuses a second start on the same folder', async () => {
    await expect(PrivateBroker.start(options)).rejects.toThrow(FolderInUseError);
  });

  it('says so when its port is taken', async () => {
    const elsewhere = { ...options, folder: join(parent, 'other') };
    await expect(PrivateBroker.start(elsewhere)).rejects.toThrow(PortUnavailableError);
  });

  it('is taken over when its owner was killed', async () => {
    forgetOwner();
    const successor = await PrivateBroker.start(options);
    expect(successor.pid).toBe(broker.pid);
    expect(successor.managementUrl).toBe(broker.managementUrl);
    broker = successor;
  });

  it('tells of its own death, and comes back on the same ports', async () => {
    const before = broker;
    process.kill(before.pid, 'SIGKILL');
    await before.exited;
    await before.stop();
    broker = await PrivateBroker.start(options);
    expect(broker.managementUrl).toBe(before.managementUrl);
    expect((await askManagement('/api/whoami')).status).toBe(200);
  });

  it('leaves nothing running when stopped, and starts afresh with the same administrator when its data is deleted', async () => {
    expect(processesOfBroker()).toContain(broker.pid);
    await broker.stop();
    await broker.exited;
    expect(processesOfBroker()).toEqual([]);

    rmSync(join(options.folder, 'data'), { recursive: true });
    broker = await PrivateBroker.start(options);
    expect(existsSync(join(options.folder, 'data'))).toBe(true);
    expect((await askManagement('/api/whoami')).status).toBe(200);
  });

  it('explains a node that cannot start', async () => {
    await broker.stop();
    await expect(PrivateBroker.start({ ...options, privateKeyPem: 'not a key' })).rejects.toThrow(/TLS handshake/);
    writeFileSync(join(options.folder, 'advanced.config'), 'not a term');
    await expect(PrivateBroker.start(options)).rejects.toThrow(
      /ended while it started[\s\S]*failed_to_read_advanced_configuration_file/,
    );
    // Helpers of the node notice its end a moment after it.
    for (let looks = 0; processesOfBroker().length > 0 && looks < 100; looks += 1) await pause(50);
    expect(processesOfBroker()).toEqual([]);
  });
});
