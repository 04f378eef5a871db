/** What goes wrong between the server and its database, by name (docs/reference/errors.md). */
import { LongshoreError } from '@longshore/protocol';

/** The database does not answer, or not yet; the same call may succeed later. */
export class DatabaseUnavailableError extends LongshoreError {
  constructor(detail: string, options: { readonly cause?: unknown } = {}) {
    super('DATABASE_UNAVAILABLE', 'retry', `the database cannot be used: ${detail}`, options);
  }
}

/** A migration that was applied here reads differently now: the schema cannot be trusted. */
export class MigrationChangedError extends LongshoreError {
  constructor(readonly migration: string) {
    super('MIGRATION_CHANGED', 'stop', `migration ${migration} was applied with other content than this server ships`);
  }
}

/** The database was made by a newer server. */
export class MigrationUnknownError extends LongshoreError {
  constructor(readonly migration: string) {
    super(
      'MIGRATION_UNKNOWN',
      'stop',
      `the database has migration ${migration}, which this server does not know: it is older`,
    );
  }
}

export class MigrationFailedError extends LongshoreError {
  constructor(
    readonly migration: string,
    options: { readonly cause: unknown },
  ) {
    super('MIGRATION_FAILED', 'stop', `migration ${migration} failed and was rolled back`, options);
  }
}
