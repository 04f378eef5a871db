/**
 * What the policy says, and what follows when it changes: it is read anew for each enrolment and each welcome, so only
 * the broker has to be told, when it is to demand certificates (docs/security.md, Access).
 */
import { Injectable } from '@nestjs/common';
import {
  AuditStore,
  Database,
  type Queryable,
  type SecurityPolicyRecord,
  SecurityPolicyStore,
} from '@longshore/persistence';
import type { UpdateSecurityPolicy } from '@longshore/rest-contract';
import { BrokerAccess } from '../broker/broker-access';

@Injectable()
export class SecurityPolicy {
  constructor(
    private readonly database: Database,
    private readonly broker: BrokerAccess,
  ) {}

  read(): Promise<SecurityPolicyRecord> {
    return new SecurityPolicyStore(this.database).read();
  }

  async change(wish: UpdateSecurityPolicy, user: string): Promise<SecurityPolicyRecord> {
    const { before, after } = await this.database.withTransaction((transaction) => write(transaction, wish, user));
    if (before.mutualAuthenticationForAll !== after.mutualAuthenticationForAll) await this.broker.policyChanged();
    return after;
  }
}

async function write(
  transaction: Queryable,
  wish: UpdateSecurityPolicy,
  user: string,
): Promise<{ readonly before: SecurityPolicyRecord; readonly after: SecurityPolicyRecord }> {
  const store = new SecurityPolicyStore(transaction);
  const before = await store.lock();
  const after = {
    enrolment: wish.enrolment ?? before.enrolment,
    mutualAuthenticationForAll: wish.mutualAuthenticationForAll ?? before.mutualAuthenticationForAll,
    agentKeyMaxAgeDays: wish.agentKeyMaxAgeDays === undefined ? before.agentKeyMaxAgeDays : wish.agentKeyMaxAgeDays,
  };
  await store.write(after);
  const entry = { actor: `operator:${user}`, action: 'security-policy.changed', target: 'server' };
  await new AuditStore(transaction).record({ ...entry, details: { before, after } });
  return { before, after };
}
