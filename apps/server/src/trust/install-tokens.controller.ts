/** Install tokens: made by operators, carried to hosts, used once or as often as said. */
import { Controller, Delete, Get, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AuditStore, type InstallTokenRecord, InstallTokenStore } from '@longshore/persistence';
import { createInstallToken } from '@longshore/pinning';
import {
  apiPaths,
  type CreatedInstallToken,
  createdInstallTokenSchema,
  type CreateInstallToken,
  createInstallTokenSchema,
  type InstallToken,
  installTokenSchema,
} from '@longshore/rest-contract';
import { z } from 'zod';
import { Operators } from '../access/audience';
import { CurrentUser } from '../access/current-user';
import type { Operator } from '../access/principal';
import { ServerSettings } from '../config/server-settings';
import { Answers } from '../listeners/answers';
import { unknownThing } from '../listeners/request-refused-error';
import { ZodBody, ZodParam } from '../listeners/zod-input';
import { ServerIdentity } from './server-identity';

const installTokenListSchema = z.object({ tokens: z.array(installTokenSchema) });

@ApiTags('trust')
@Controller(apiPaths.installTokens)
@Operators()
export class InstallTokensController {
  constructor(
    private readonly store: InstallTokenStore,
    private readonly audit: AuditStore,
    private readonly server: ServerIdentity,
    private readonly settings: ServerSettings,
  ) {}

  @Post()
  @Answers(201, createdInstallTokenSchema, 400, 401)
  async create(
    @ZodBody(createInstallTokenSchema) wish: CreateInstallToken,
    @CurrentUser() { user }: Operator,
  ): Promise<CreatedInstallToken> {
    const { text, tokenId, secretHash } = createInstallToken({
      serverFingerprint: this.server.identity.fingerprint,
      gateways: this.settings.gatewayAddresses,
    });
    const record = await this.store.add({ ...wish, id: tokenId, secretHash, createdBy: user });
    await this.audit.record({
      actor: `operator:${user}`,
      action: 'install-token.created',
      target: tokenId,
      details: { ...wish },
    });
    return { ...show(record), token: text };
  }

  @Get()
  @Answers(200, installTokenListSchema, 401)
  async list(): Promise<{ tokens: InstallToken[] }> {
    return { tokens: (await this.store.list()).map(show) };
  }

  @Delete(':id')
  @Answers(204, null, 401, 404)
  async revoke(@ZodParam('id', z.string().max(64)) id: string, @CurrentUser() { user }: Operator): Promise<void> {
    if (!(await this.store.remove(id))) throw unknownThing('install token', id);
    await this.audit.record({ actor: `operator:${user}`, action: 'install-token.revoked', target: id });
  }
}

function show({ expiresAt, createdAt, ...rest }: InstallTokenRecord): InstallToken {
  return { ...rest, expiresAt: expiresAt.toISOString(), createdAt: createdAt.toISOString() };
}
