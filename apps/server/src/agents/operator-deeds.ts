/**
 * How does an operator's deed on an agent stand? The agent's row is held, the deed and its line in the audit trail are
 * one transaction: there is no deed without a line and no line without a deed (docs/security.md, Access).
 */
import { Injectable } from '@nestjs/common';
import {
  AgentCredentialStore,
  type AgentCredentials,
  AuditStore,
  Database,
  type Queryable,
} from '@longshore/persistence';
import type { AgentId } from '@longshore/protocol';
import { unknownThing } from '../listeners/request-refused-error';

export interface Deed {
  readonly agentId: AgentId;
  readonly user: string;
  /** Past tense: `agent.approved`. */
  readonly action: string;
}

type Details = Readonly<Record<string, unknown>>;

@Injectable()
export class OperatorDeeds {
  constructor(private readonly database: Database) {}

  /** Answers with the agent as it was before. What `act` answers becomes the line's details. */
  async perform(
    { agentId, user, action }: Deed,
    act: (transaction: Queryable, agent: AgentCredentials) => Promise<Details | undefined>,
  ): Promise<AgentCredentials> {
    return this.database.withTransaction(async (transaction) => {
      const agent = await new AgentCredentialStore(transaction).lock(agentId);
      if (agent === null) throw unknownThing('agent', agentId);
      const details = await act(transaction, agent);
      const entry = { actor: `operator:${user}`, action, target: agentId };
      await new AuditStore(transaction).record(details === undefined ? entry : { ...entry, details });
      return agent;
    });
  }
}
