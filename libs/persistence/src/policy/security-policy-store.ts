/** The one row that says who may enrol and how agents must identify themselves (docs/security.md, Access). */
import type { Queryable } from '../database/database';

export interface SecurityPolicyRecord {
  readonly enrolment: 'tokens-and-first-use' | 'tokens-only' | 'closed';
  readonly mutualAuthenticationForAll: boolean;
  /** Null: an agent's key is never replaced by itself. */
  readonly agentKeyMaxAgeDays: number | null;
}

const columns = `enrolment, mutual_auth_for_all AS "mutualAuthenticationForAll",
  agent_key_max_age_days AS "agentKeyMaxAgeDays"`;

export class SecurityPolicyStore {
  constructor(private readonly database: Queryable) {}

  async read(): Promise<SecurityPolicyRecord> {
    return this.#read('');
  }

  /** Held until the transaction ends, so that what is changed is what was read. */
  async lock(): Promise<SecurityPolicyRecord> {
    return this.#read('FOR UPDATE');
  }

  async write({ enrolment, mutualAuthenticationForAll, agentKeyMaxAgeDays }: SecurityPolicyRecord): Promise<void> {
    await this.database.query(
      'UPDATE security_policy SET enrolment = $1, mutual_auth_for_all = $2, agent_key_max_age_days = $3',
      [enrolment, mutualAuthenticationForAll, agentKeyMaxAgeDays],
    );
  }

  async #read(lock: '' | 'FOR UPDATE'): Promise<SecurityPolicyRecord> {
    const [row] = await this.database.query<SecurityPolicyRecord>(`SELECT ${columns} FROM security_policy ${lock}`);
    if (row === undefined) throw new Error('security_policy has lost its one row');
    return row;
  }
}
