export { Database, type DatabaseOptions, type Queryable } from './database/database';
export { isStorable, storable } from './database/storable';
export {
  DatabaseUnavailableError,
  MigrationChangedError,
  MigrationFailedError,
  MigrationUnknownError,
} from './database/database-errors';
export { type Migration, applyMigrations } from './migrations/apply-migrations';
export { type ServerRecord, ServerRecordStore } from './server/server-record-store';
export { Prisma, PrismaClient } from './generated/prisma/client';
export {
  type AccessTokenKind,
  type AccessTokenProof,
  type AccessTokenRecord,
  AccessStore,
  type NewAccessToken,
} from './access/access-store';
export {
  type InstallTokenProof,
  type InstallTokenRecord,
  InstallTokenStore,
  type NewInstallTokenRecord,
} from './access/install-token-store';
export { type AgentChange, type AgentFilter, AgentListStore, type AgentRecord } from './agents/agent-list-store';
export {
  AgentTrustStore,
  type BrokerAgent,
  type NewAgent,
  type NewApiKey,
  type TrustedAgent,
} from './agents/agent-trust-store';
export {
  type AgentCredentials,
  AgentCredentialStore,
  type Forgetting,
  type KeyToPin,
} from './agents/agent-credential-store';
export { type ConnectedAgent, IdentityDueStore, type IdentityDuty } from './agents/identity-due-store';
export { type HttpSeen, PresenceStore } from './agents/presence-store';
export { RejectedKeyStore } from './agents/rejected-key-store';
export { type AuditEntry, type AuditRecord, AuditStore } from './audit/audit-store';
export { type LogAdvance, LogIndexStore, type LogRecord } from './logs/log-index-store';
export { type AttemptMove, type AttemptRecord, AttemptStore } from './attempts/attempt-store';
export {
  DispatchStore,
  type Offer,
  type OfferTarget,
  type QueuedAttempt,
  type UnofferedAttempt,
} from './attempts/dispatch-store';
export { type LiveStep, type RunItem, StepTokenStore } from './attempts/step-token-store';
export {
  type HeldMessage,
  InboxStore,
  type NewMessage,
  type RecordedMessage,
  type Sender,
  type StreamKey,
  type StreamState,
} from './inbox/inbox-store';
export { type CommandAck, type NewCommand, type OutboxRow, OutboxStore } from './outbox/outbox-store';
export { type SecurityPolicyRecord, SecurityPolicyStore } from './policy/security-policy-store';
export { type Refusal, type RefusalRecord, RefusalStore } from './refusals/refusal-store';
export { ProcessStore } from './runs/process-store';
export { RunReads } from './runs/run-reads';
export {
  type ItemCounts,
  type ItemRecord,
  type NewAttempt,
  type NewItem,
  type NewRun,
  type RunRecord,
  RunStore,
  type SelectableAgent,
} from './runs/run-store';
export { type StoredProcess, type StoredRun, StoredSecretStore } from './runs/stored-secret-store';
export { ReportStore, type StatusReport } from './sessions/report-store';
export {
  type AgentSession,
  type NewGrant,
  type OutgoingCount,
  type QuarantineReason,
  SessionStore,
} from './sessions/session-store';
export { NotifyLink, type NotifyLinkOptions } from './notify/notify-link';
