/**
 * What can keep the embedded PostgreSQL, RabbitMQ or browser from running, said so that a person can act on it.
 *
 * Every message names the folder, port or package that is at fault and what to do; none carries a secret
 * (docs/operations.md, Embedded services).
 */
import { LongshoreError } from '@longshore/protocol';

/** Another live process already works in this folder. Causes: a second server, or a second `npm start`, on the same data. */
export class FolderInUseError extends LongshoreError {
  constructor(
    readonly folder: string,
    readonly ownerPid: number,
  ) {
    super(
      'FOLDER_IN_USE',
      'stop',
      `${folder} is in use by process ${ownerPid}: stop it, or choose another data folder`,
    );
  }
}

/**
 * A port that was asked for by number cannot be had. Causes: another service, another installation without its own
 * port base, an address that is not this machine's, or a port below 1024 without the right to it.
 */
export class PortUnavailableError extends LongshoreError {
  constructor(
    readonly port: number,
    service: string,
    reason: string,
  ) {
    const problem = reason === 'EADDRINUSE' ? 'it is in use' : reason;
    super(
      'PORT_UNAVAILABLE',
      'stop',
      `${service} cannot listen on port ${port}: ${problem}; choose another or free it`,
    );
  }
}

/** The disk that holds the folder has no room left. */
export class DiskFullError extends LongshoreError {
  constructor(
    readonly folder: string,
    service: string,
  ) {
    super('DISK_FULL', 'stop', `${service} cannot write to ${folder}: no space left on its disk`);
  }
}

/** There are no PostgreSQL binaries for this machine. Causes: another platform, or an installation without optional packages. */
export class PostgresUnavailableError extends LongshoreError {
  constructor(problem: string, options: { readonly cause?: unknown } = {}) {
    super(
      'POSTGRES_UNAVAILABLE',
      'stop',
      `embedded PostgreSQL cannot be used: ${problem}; set DATABASE_URL to a PostgreSQL of your own`,
      options,
    );
  }
}

/** The folder holds a database that this PostgreSQL must not open. Causes: another major version, another owner, missing files. */
export class PostgresFolderError extends LongshoreError {
  constructor(
    readonly folder: string,
    problem: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super('POSTGRES_FOLDER', 'stop', `the database in ${folder} cannot be used: ${problem}`, options);
  }
}

/** PostgreSQL was started and did not become ready; the message ends with the last lines of its log. */
export class PostgresStartError extends LongshoreError {
  constructor(
    problem: string,
    readonly logTail: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super('POSTGRES_START', 'stop', `${problem}\n${logTail}`.trimEnd(), options);
  }
}

/** No RabbitMQ is installed and none could be unpacked. JMS agents cannot work; web agents are not touched by it. */
export class BrokerUnavailableError extends LongshoreError {
  constructor(problem: string, options: { readonly cause?: unknown } = {}) {
    super(
      'BROKER_UNAVAILABLE',
      'give-up',
      `no RabbitMQ for JMS agents: ${problem}. Install the packages rabbitmq-server and erlang (their own service need not run), ` +
        'or set BROKER_URL and BROKER_MANAGEMENT_URL to a RabbitMQ of your own',
      options,
    );
  }
}

/** The private broker was started and did not become ready; the message ends with the last lines of its logs. */
export class BrokerStartError extends LongshoreError {
  constructor(
    problem: string,
    readonly logTail: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super('BROKER_START', 'retry', `${problem}\n${logTail}`.trimEnd(), options);
  }
}

/** The distribution's packages could not be fetched or unpacked. Causes: no apt-get, no network, a full disk. */
export class DebianPackagesError extends LongshoreError {
  constructor(problem: string, options: { readonly cause?: unknown } = {}) {
    super('DEBIAN_PACKAGES', 'retry', problem, options);
  }
}

/** No Chromium is installed and none could be unpacked, or it does not draw a page. Only browser tests need it. */
export class ChromiumUnavailableError extends LongshoreError {
  constructor(problem: string, options: { readonly cause?: unknown } = {}) {
    super('CHROMIUM_UNAVAILABLE', 'give-up', `no usable Chromium: ${problem}. Install the package chromium`, options);
  }
}
