/** Why a server does not start (docs/reference/errors.md). Each says what to do about it. */
import { LongshoreError } from '@longshore/protocol';

export class DataFolderInUseError extends LongshoreError {
  constructor(folder: string, options: { readonly cause?: unknown } = {}) {
    const hint = 'give this one another folder, or set LONGSHORE_REPLICA=true where they share it on purpose';
    super('DATA_FOLDER_IN_USE', 'stop', `another server works in ${folder}: ${hint}`, options);
  }
}

export class PortUnavailableError extends LongshoreError {
  constructor(
    what: { readonly setting: string; readonly address: string },
    options: { readonly cause?: unknown } = {},
  ) {
    super(
      'PORT_UNAVAILABLE',
      'stop',
      `${what.address} cannot be listened on; set ${what.setting} to another port`,
      options,
    );
  }
}
