export {
  AgentConfigurationInvalidError,
  type AgentConfigurationFile,
  AgentHomeMissingError,
  homeVersion,
  readAgentConfiguration,
  writeAgentConfiguration,
} from './home/agent-configuration';
export { type AgentHome, agentHome, defaultHomesFolder, foldersOf } from './home/agent-home';
export { bootClock } from './home/boot-clock';
export { MonitorRunningError, findMonitor, takeMonitorLock } from './home/monitor-lock';
export { makePrivateFolder, syncFolder, writePrivateFile } from './home/private-file';
export { isStillRunning } from './home/process-stamp';
export { Journal, type OpenOrder } from './journal/journal';
export {
  CommandConflictError,
  JournalDamagedError,
  JournalRolledBackError,
  JournalUnwritableError,
} from './journal/journal-errors';
export { AgentLog, type LogDetails, type LogLevel } from './log/agent-log';
export { AgentMonitor } from './monitor/agent-monitor';
export { ServerTrust } from './monitor/server-trust';
export { fullJitter, type PauseBounds } from './session/full-jitter';
export type { Finding, SessionEnd } from './session/session-state';
export { type AgentStatusFile, readAgentStatus } from './status/agent-status-file';
export { MonitorLink, MonitorMissingError, MonitorRefusedError } from './supervision/monitor-link';
export type { MonitorToWorker } from './supervision/worker-messages';
