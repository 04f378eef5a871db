/** What can keep `npm start` from starting, said so that its reader knows what to do next. */
import { LongshoreError } from '@longshore/protocol';

export class PortTakenError extends LongshoreError {
  constructor(what: string, port: number) {
    super(
      'PORT_TAKEN',
      'stop',
      `port ${port} for ${what} is in use by another program; stop that program or choose other ports: npm start -- --port-base 18443`,
    );
  }
}

export class PortsChangedError extends LongshoreError {
  constructor(folder: string, kept: { readonly api: number; readonly gateway: number; readonly amqps: number }) {
    super(
      'PORTS_CHANGED',
      'stop',
      `${folder} was made for ports ${kept.api}, ${kept.gateway} and ${kept.amqps}, and its agents know no others; leave out --port-base or choose another --data`,
    );
  }
}

export class PartFailedError extends LongshoreError {
  constructor(part: string, problem: string, options: { readonly cause?: unknown } = {}) {
    super('PART_FAILED', 'stop', `${part}: ${problem}`, options);
  }
}
