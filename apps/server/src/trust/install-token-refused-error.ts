/** Why an install token does not let an agent in; each case has its own code (docs/reference/errors.md). */
import { RequestRefusedError } from '../listeners/request-refused-error';

const reasons = {
  INSTALL_TOKEN_UNKNOWN: 'this server has no such install token (any more)',
  INSTALL_TOKEN_EXPIRED: 'the install token has expired; make a new one',
  INSTALL_TOKEN_USED_UP: 'the install token has no uses left; make a new one',
  INSTALL_TOKEN_OTHER_TYPE: 'the install token is for the other agent type',
  INSTALL_TOKEN_AGENT_GONE: 'the install token is for an agent that was removed',
} as const;

export class InstallTokenRefusedError extends RequestRefusedError {
  constructor(code: keyof typeof reasons) {
    super(403, code, reasons[code], { field: 'token' });
  }
}
