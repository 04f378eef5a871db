/** The rotation of the data key over REST. */
import { Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AuditStore } from '@longshore/persistence';
import { apiPaths, type RotatedDataKey, rotatedDataKeySchema } from '@longshore/rest-contract';
import { Operators } from '../access/audience';
import { CurrentUser } from '../access/current-user';
import type { Operator } from '../access/principal';
import { Answers } from '../listeners/answers';
import { DataKeys } from './data-keys';

@ApiTags('server')
@Controller(apiPaths.rotateDataKey)
@Operators()
export class DataKeysController {
  constructor(
    private readonly keys: DataKeys,
    private readonly audit: AuditStore,
  ) {}

  @Post()
  @Answers(200, rotatedDataKeySchema, 401)
  async rotate(@CurrentUser() { user }: Operator): Promise<RotatedDataKey> {
    const rotated = await this.keys.rotate();
    const { dataKeyId, secretsEncryptedAnew } = rotated;
    const actor = `operator:${user}`;
    await this.audit.record({
      actor,
      action: 'data-key.rotated',
      target: dataKeyId,
      details: { secretsEncryptedAnew },
    });
    return rotated;
  }
}
