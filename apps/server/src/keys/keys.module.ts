/** The server's own keys: how they move, and how they leave and come back. */
import { Module } from '@nestjs/common';
import { ServerSettings } from '../config/server-settings';
import { DeliveryModule } from '../delivery/delivery.module';
import { IdentityFolder } from '../trust/identity-folder';
import { IdentitySurroundings } from './identity-surroundings';
import { KeyAnnouncement } from './key-announcement';
import { KeyChanges } from './key-changes';
import { KeyDocuments } from './key-documents';
import { KeyExport } from './key-export';
import { KeyFacts } from './key-facts';
import { KeyTakeover } from './key-takeover';
import { ServerKeyRotation } from './server-key-rotation';
import { ServerKeysController } from './server-keys.controller';

const ofDataFolder = <Thing>(
  provide: abstract new (dataFolder: string) => Thing,
  make: (dataFolder: string) => Thing,
) => ({
  provide,
  inject: [ServerSettings],
  useFactory: ({ dataFolder }: ServerSettings) => make(dataFolder),
});

@Module({
  imports: [DeliveryModule],
  controllers: [ServerKeysController],
  providers: [
    ofDataFolder(IdentityFolder, (dataFolder) => new IdentityFolder(dataFolder)),
    ofDataFolder(IdentitySurroundings, (dataFolder) => new IdentitySurroundings(dataFolder)),
    { provide: KeyDocuments, useFactory: () => new KeyDocuments() },
    KeyAnnouncement,
    KeyChanges,
    KeyExport,
    KeyFacts,
    KeyTakeover,
    ServerKeyRotation,
  ],
})
export class KeysModule {}
