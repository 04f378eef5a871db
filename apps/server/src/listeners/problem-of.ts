/**
 * What does a caller see of an error? Its status and `problemSchema` body. Only errors of ours and the framework's
 * refusals speak for themselves; everything else is told as INTERNAL with an id that also stands in the log, because
 * its text may hold what nobody outside should read (docs/operations.md, API).
 */
import { randomUUID } from 'node:crypto';
import { HttpException } from '@nestjs/common';
import { InputInvalidError, LongshoreError, type Problem } from '@longshore/protocol';
import { RequestRefusedError } from './request-refused-error';

export interface Answer {
  readonly status: number;
  readonly body: Problem;
  readonly retryAfterMs?: number | undefined;
  /** Set when the error is ours to look at: log it under this id. */
  readonly incidentId?: string;
}

/** Errors of the libraries that may end a request. */
const statusOfCode: Readonly<Record<string, number>> = {
  INPUT_INVALID: 400,
  MESSAGE_TYPE_UNKNOWN: 400,
  MESSAGE_TOO_LARGE: 413,
  EPOCH_OUTDATED: 409,
  WEB_ENVELOPE_FOREIGN: 403,
  TOKEN_MALFORMED: 400,
  SIGNATURE_REFUSED: 400,
  SEAL_REFUSED: 400,
  DATABASE_UNAVAILABLE: 503,
};

const codeOfStatus: Readonly<Record<number, string>> = {
  400: 'INPUT_INVALID',
  401: 'SIGN_IN_REQUIRED',
  403: 'FORBIDDEN',
  404: 'ROUTE_UNKNOWN',
  405: 'METHOD_UNKNOWN',
  408: 'REQUEST_TOO_SLOW',
  413: 'BODY_TOO_LARGE',
  414: 'ADDRESS_TOO_LONG',
  415: 'MEDIA_TYPE_UNSUPPORTED',
  431: 'HEADERS_TOO_LARGE',
};

const messageOfStatus: Readonly<Record<number, string>> = {
  404: 'there is nothing here for this method and address',
  413: 'the body is larger than the limit',
  415: 'the body is of a media type that is not taken here',
};

export function problemOf(error: unknown): Answer {
  if (error instanceof RequestRefusedError) {
    const { status, code, message, field, retryAfterMs } = error;
    return { status, body: problem(code, message, field), retryAfterMs };
  }
  if (error instanceof InputInvalidError) return { status: 400, body: problem(error.code, error.message, error.field) };
  if (error instanceof LongshoreError) {
    const status = statusOfCode[error.code];
    if (status !== undefined) return { status, body: problem(error.code, error.message) };
  }
  const status = refusalStatus(error);
  if (status === null) return incident();
  const text = error instanceof Error ? error.message : '';
  return { status, body: problem(codeOfStatus[status] ?? 'REFUSED', messageOfStatus[status] ?? text) };
}

/** The framework's own refusals: malformed JSON, oversize bodies, unknown routes, bad addresses. */
function refusalStatus(error: unknown): number | null {
  if (error instanceof HttpException) return error.getStatus() < 500 ? error.getStatus() : null;
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number') return null;
  return error.statusCode >= 400 && error.statusCode < 500 ? error.statusCode : null;
}

function incident(): Answer {
  const incidentId = randomUUID();
  return {
    status: 500,
    body: problem('INTERNAL', `the server failed; its log says why under ${incidentId}`),
    incidentId,
  };
}

function problem(code: string, message: string, field?: string): Problem {
  return { error: { code, message, ...(field === undefined || field === '' ? {} : { field }) } };
}
