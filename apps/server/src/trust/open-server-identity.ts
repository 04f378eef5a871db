/** Brings this server's keys and its database together at the start (docs/protocol.md, Identity and pins). */
import { randomUUID } from 'node:crypto';
import { type Queryable, ServerRecordStore } from '@longshore/persistence';
import { LongshoreError, type ServerId, serverIdSchema } from '@longshore/protocol';
import type { ServerSettings } from '../config/server-settings';
import { certificateNames } from './certificate-names';
import { FolderIdentity } from './folder-identity';
import { IdentityFolder } from './identity-folder';
import type { ServerIdentity } from './server-identity';

/** With other keys every agent would refuse this server, so it does not start with them. */
export class IdentityForeignError extends LongshoreError {
  constructor(folder: string, serverId: ServerId) {
    super(
      'IDENTITY_FOREIGN',
      'stop',
      `the database is that of server ${serverId}, whose keys are not in ${folder}: use its data folder, or restore it`,
    );
  }
}

export async function openServerIdentity(settings: ServerSettings, database: Queryable): Promise<ServerIdentity> {
  const folder = new IdentityFolder(settings.dataFolder);
  const known = await folder.readServerId();
  // Keys first: a start that is killed in between finds them again, and the database takes their id.
  const keys = await folder.open(known ?? serverIdSchema.parse(randomUUID()), certificateNames(settings));
  const record = await new ServerRecordStore(database).open(keys.serverId);
  if (record.serverId !== keys.serverId) {
    if (known === null) await folder.discard();
    throw new IdentityForeignError(folder.path, record.serverId);
  }
  return FolderIdentity.open({ settings, folder, record }, keys);
}
