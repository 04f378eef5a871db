/** The server's keys over REST: shown, rotated, and given out under a passphrase. */
import { Controller, Get, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
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
    await this.rotation.rotate(wish, `operator:${user}`);
    return this.facts.show();
  }

  @Post(apiPaths.exportServerKeys)
  @Answers(200, keyDocumentSchema, 400, 401, 409)
  export(@ZodBody(exportKeysSchema) wish: ExportKeys, @CurrentUser() { user }: Operator): Promise<KeyDocument> {
    return this.exports.export(wish, `operator:${user}`);
  }
}
