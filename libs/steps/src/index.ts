export { AttemptJournal } from './attempt/attempt-journal';
export { type AttemptOrder, AttemptOrderUnreadableError, readOrder } from './attempt/attempt-order';
export { AttemptRunner } from './attempt/attempt-runner';
export { discardAttempt } from './attempt/discard-attempt';
export { endedUnstarted } from './attempt/step-ended';
export { LogLengthContradictionError, LogOffsetConflict, type LogPiece, LogSink } from './log/log-sink';
export { AttemptPool, type AttemptPoolOptions } from './pool/attempt-pool';
export { AttemptFollowingError, AttemptPoolStoppedError, AttemptThreadCrashedError } from './pool/pool-error';
export { AttemptStartUnrecordedError, type PoolThreadPorts, runPoolThread } from './pool/run-pool-thread';
export { type ProcessIdentity, ProcessTable } from './process-table/process-table';
export { openProcessTable } from './process-table/open-process-table';
export { shellPlugIn } from './plug-in/shell-step-type';
export { findStepType, stepTypes, StepTypeUnknownError } from './plug-in/step-type-registry';
export type {
  InputDeclaration,
  OutputDeclaration,
  PlugInManifest,
  StepType,
  StepTypeManifest,
} from './plug-in/step-type';
export { validateInputs } from './plug-in/validate-inputs';
export { runStepHost, type StepHostConfig } from './step-host/run-step-host';
export { readStepHostConfig } from './step-host/step-host-environment';
export type { HostPlace } from './step-host-link/launch-host';
export { settleAttempt, type SettledVerdict } from './step-host-link/settle-attempt';
export { StepHostLink } from './step-host-link/step-host-link';
export {
  StepHostLostError,
  StepHostRefusedError,
  StepHostUnavailableError,
} from './step-host-link/step-host-link-error';
