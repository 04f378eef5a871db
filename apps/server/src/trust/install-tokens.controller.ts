/** Install tokens: made by operators, carried to hosts, used once or as often as said. */
import { Controller, Delete, Get, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  AgentTrustStore,
  AuditStore,
  Database,
  type InstallTokenRecord,
  InstallTokenStore,
} from '@longshore/persistence';
import { createInstallToken } from '@longshore/pinning';
import { InputInvalidError } from '@longshore/protocol';
import {
  apiPaths,
  type CreatedInstallToken,
  createdInstallTokenSchema,
  type CreateInstallToken,
  createInstallTokenSchema,
  type InstallToken,
  installTokenListSchema,
} from '@longshore/rest-contract';
import { z } from 'zod';
import { Operators } from '../access/audience';
import { CurrentUser } from '../access/current-user';
import type { Operator } from '../access/principal';
import { ServerSettings } from '../config/server-settings';
import { Answers } from '../listeners/answers';
import { RequestRefusedError, unknownThing } from '../listeners/request-refused-error';
import { ZodBody, ZodParam } from '../listeners/zod-input';
import { ServerIdentity } from './server-identity';

@ApiTags('trust')
@Controller(apiPaths.installTokens)
@Operators()
export class InstallTokensController {
  constructor(
    private readonly database: Database,
    private readonly server: ServerIdentity,
    private readonly settings: ServerSettings,
  ) {}

  @Post()
  @Answers(201, createdInstallTokenSchema, 400, 401, 404)
  async create(
    @ZodBody(createInstallTokenSchema) wish: CreateInstallToken,
    @CurrentUser() { user }: Operator,
  ): Promise<CreatedInstallToken> {
    await this.#checkBinding(wish);
    const { text, tokenId, secretHash } = createInstallToken({
      serverFingerprint: this.server.identity.fingerprint,
      gateways: this.settings.gatewayAddresses,
    });
    const record = await this.database.withTransaction(async (transaction) => {
      const entry = { actor: `operator:${user}`, action: 'install-token.created', target: tokenId };
      await new AuditStore(transaction).record({ ...entry, details: { ...wish } });
      return new InstallTokenStore(transaction).add({ ...wish, id: tokenId, secretHash, createdBy: user });
    });
    return { ...show(record), token: text };
  }

  @Get()
  @Answers(200, installTokenListSchema, 401)
  async list(): Promise<{ tokens: InstallToken[] }> {
    return { tokens: (await new InstallTokenStore(this.database).list()).map(show) };
  }

  @Delete(':id')
  @Answers(204, null, 401, 404)
  async revoke(@ZodParam('id', z.string().max(64)) id: string, @CurrentUser() { user }: Operator): Promise<void> {
    await this.database.withTransaction(async (transaction) => {
      if (!(await new InstallTokenStore(transaction).remove(id))) throw unknownThing('install token', id);
      const entry = { actor: `operator:${user}`, action: 'install-token.revoked', target: id };
      await new AuditStore(transaction).record(entry);
    });
  }

  /** A token that could never be used is refused now rather than on a host. */
  async #checkBinding({ agentId, type }: CreateInstallToken): Promise<void> {
    if (agentId === null) return;
    const agent = await new AgentTrustStore(this.database).findById(agentId);
    if (agent === null) {
      throw new RequestRefusedError(404, 'AGENT_UNKNOWN', `there is no agent "${agentId}"`, { field: 'agentId' });
    }
    if (type !== null && type !== agent.type)
      throw new InputInvalidError('type', `agent ${agentId} is of type ${agent.type}`);
  }
}

function show({ expiresAt, createdAt, ...rest }: InstallTokenRecord): InstallToken {
  return { ...rest, expiresAt: expiresAt.toISOString(), createdAt: createdAt.toISOString() };
}
