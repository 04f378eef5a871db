export { ApiAnswerInvalidError, ApiRefusedError, ApiUnreachableError } from './api-errors';
export type { Refusal } from './api-errors';
export type { ApiLinkOptions, Fetch, FetchAnswer, FetchInit } from './api-link';
export type { LogPiece, LogReading } from './follow-log';
export { installCommand } from './install-command';
export type { LiveSign } from './live-events';
export { createLongshoreClient } from './longshore-client';
export type { LongshoreClient } from './longshore-client';
