/** The server's keys over REST: shown, rotated, and given out under a passphrase. */
import { Controller, Get, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AuditStore } from '@longshore/persistence';
import {
  apiPaths,
  type ExportKeys,
  exportKeysSchema,
  type KeyDocument,
  keyDocumentSchema,
  type RotateServerKey,
  rotateServerKeySchema,
  type ServerKeys,
  serverKeysSchema,
} from '@longshore/rest-contract';
import { Operators } from '../access/audience';
import { CurrentUser } from '../access/current-user';
import type { Operator } from '../access/principal';
import { Answers } from '../listeners/answers';
import { ZodBody } from '../listeners/zod-input';
import { KeyExport } from './key-export';
import { KeyFacts } from './key-facts';
import { ServerKeyRotation } from './server-key-rotation';

@ApiTags('server')
@Controller()
@Operators()
export class ServerKeysController {
  constructor(
    private readonly facts: KeyFacts,
    private readonly rotation: ServerKeyRotation,
    private readonly exports: KeyExport,
    private readonly audit: AuditStore,
  ) {}

  @Get(apiPaths.serverKeys)
  @Answers(200, serverKeysSchema, 401)
  show(): Promise<ServerKeys> {
    return this.facts.show();
  }

  @Post(apiPaths.rotateServerKey)
  @Answers(200, serverKeysSchema, 400, 401, 409)
  async rotate(
    @ZodBody(rotateServerKeySchema) wish: RotateServerKey,
    @CurrentUser() { user }: Operator,
  ): Promise<ServerKeys> {
    const { installTokensRevoked } = await this.rotation.rotate(wish);
    const keys = await this.facts.show();
    const { emergency, nextKey } = wish;
    await this.audit.record({
      actor: `operator:${user}`,
      action: 'server-key.rotated',
      target: keys.fingerprint,
      details: { rotation: keys.rotations, emergency, broughtFromOffline: nextKey !== null, installTokensRevoked },
    });
    return keys;
  }

  @Post(apiPaths.exportServerKeys)
  @Answers(200, keyDocumentSchema, 400, 401, 409)
  async export(@ZodBody(exportKeysSchema) wish: ExportKeys, @CurrentUser() { user }: Operator): Promise<KeyDocument> {
    const document = await this.exports.export(wish);
    const { content, takeOffline } = wish;
    await this.audit.record({
      actor: `operator:${user}`,
      action: 'server-keys.exported',
      target: document.fingerprint,
      details: { content, takeOffline },
    });
    return document;
  }
}
