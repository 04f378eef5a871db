/** Why a key is not pinned; each case has its own code (docs/reference/errors.md). */
import { RequestRefusedError } from '../listeners/request-refused-error';

const reasons = {
  AGENT_TYPE_OTHER: [409, 'the agent is of the other type'],
  PIN_NOT_FORGOTTEN: [409, 'another key is pinned for this agent; an operator has to forget it first'],
  PIN_FORGOTTEN_KEY: [403, 'this is the key that was forgotten; make a new one'],
  FORGET_EXPIRED: [403, 'the permission to pin another key has expired; an operator has to forget the pin once more'],
  KEY_TAKEN: [409, 'this key is pinned for another agent'],
  KEY_REJECTED: [403, 'this key was rejected and is not taken any more; make a new one'],
} as const;

export class KeyRefusedError extends RequestRefusedError {
  constructor(code: keyof typeof reasons) {
    const [status, message] = reasons[code];
    super(status, code, message);
  }
}
