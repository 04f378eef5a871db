/**
 * How the private node is set up: TLS only towards the network, everything else on loopback
 * (docs/protocol.md, JMS wire).
 *
 * Passwords stand in `rabbitmq.conf` (0600) and nowhere in arguments or environment. They are the *default* user's, so
 * a node whose data folder was deleted comes back with the same administrator.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { limits } from '@longshore/protocol';
import { writePrivateFile } from '../private-file';

export interface BrokerConfiguration {
  readonly host: string;
  readonly amqpsPort: number;
  /** The node's own certificate and key; never the server's identity. */
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  /** The private authority whose client certificates open the broker to agents in mutual mode. */
  readonly agentCaPem: string;
  readonly adminUser: string;
  readonly adminPassword: string;
  readonly vhost: string;
  /** Off by default: TLS 1.3 only. */
  readonly allowTls12: boolean;
}

/** Reached on loopback only, chosen at a start and kept as long as they are free. */
export interface InternalPorts {
  readonly management: number;
  readonly distribution: number;
  readonly epmd: number;
}

/** Erlang would offer the CCM suites, with their short tags, as well. */
const tls13Ciphers = ['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'];
const tls12Ciphers = ['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-AES128-GCM-SHA256'];

export function writeConfiguration(folder: string, configuration: BrokerConfiguration, ports: InternalPorts): void {
  for (const name of ['data', 'log', 'home', 'tls']) mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
  writePrivateFile(join(folder, 'tls', 'certificate.pem'), configuration.certificatePem);
  writePrivateFile(join(folder, 'tls', 'key.pem'), configuration.privateKeyPem);
  writePrivateFile(join(folder, 'tls', 'agent-ca.pem'), configuration.agentCaPem);
  writePrivateFile(join(folder, 'rabbitmq.conf'), renderConfiguration(folder, configuration, ports));
  writePrivateFile(join(folder, 'enabled_plugins'), '[rabbitmq_management,rabbitmq_auth_mechanism_ssl].\n');
  writePrivateFile(join(folder, 'rabbitmq-env.conf'), '');
  const cookie = join(folder, 'home', '.erlang.cookie');
  if (!existsSync(cookie)) writeFileSync(cookie, randomBytes(24).toString('hex'), { mode: 0o400, flag: 'wx' });
}

export function renderConfiguration(folder: string, configuration: BrokerConfiguration, ports: InternalPorts): string {
  const { host, amqpsPort, adminUser, adminPassword, vhost, allowTls12 } = configuration;
  const ciphers = [...tls13Ciphers, ...(allowTls12 ? tls12Ciphers : [])];
  const versions = allowTls12 ? ['tlsv1.3', 'tlsv1.2'] : ['tlsv1.3'];
  const address = host.includes(':') ? `[${host}]` : host;
  return [
    'listeners.tcp = none',
    `listeners.ssl.1 = ${address}:${amqpsPort}`,
    `ssl_options.cacertfile = ${folder}/tls/agent-ca.pem`,
    `ssl_options.certfile = ${folder}/tls/certificate.pem`,
    `ssl_options.keyfile = ${folder}/tls/key.pem`,
    'ssl_options.verify = verify_peer',
    'ssl_options.fail_if_no_peer_cert = false',
    ...versions.map((version, index) => `ssl_options.versions.${index + 1} = ${version}`),
    ...ciphers.map((cipher, index) => `ssl_options.ciphers.${index + 1} = ${cipher}`),
    'ssl_cert_login_from = common_name',
    'auth_mechanisms.1 = PLAIN',
    'auth_mechanisms.2 = EXTERNAL',
    'loopback_users = none',
    `default_user = ${adminUser}`,
    `default_pass = ${adminPassword}`,
    `default_vhost = ${vhost}`,
    'management.tcp.ip = 127.0.0.1',
    `management.tcp.port = ${ports.management}`,
    'disk_free_limit.absolute = 200MB',
    // Twice what any message of ours may have: one agent cannot fill the broker's memory for the others.
    `max_message_size = ${2 * limits.messageBytes}`,
    'log.console = false',
    'log.file = rabbit.log',
    'log.file.rotation.size = 10485760',
    'log.file.rotation.count = 3',
    '',
  ].join('\n');
}

/** All that the node and its port mapper are told through their environment; nothing of the caller's own. */
export function nodeEnvironment(folder: string, ports: InternalPorts): Record<string, string> {
  return {
    HOME: join(folder, 'home'),
    LANG: 'C.UTF-8',
    RABBITMQ_NODENAME: 'longshore@localhost',
    RABBITMQ_CONF_ENV_FILE: join(folder, 'rabbitmq-env.conf'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, 'advanced.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_DIST_PORT: String(ports.distribution),
    // No busy waiting: an idle broker would otherwise keep a core warm.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS:
      '-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none',
    // Makes the start script become the node instead of watching it, so the pid we start is the node's.
    RUNNING_UNDER_SYSTEMD: 'true',
    ERL_EPMD_PORT: String(ports.epmd),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_CRASH_DUMP: join(folder, 'log', 'erl_crash.dump'),
    ERL_CRASH_DUMP_SECONDS: '0',
  };
}
