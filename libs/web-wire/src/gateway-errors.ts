/** What can go wrong between an agent and its gateway. Codes are listed in docs/reference/errors.md. */
import { LongshoreError } from '@longshore/protocol';

interface Because {
  readonly cause?: unknown;
}

/** No answer, a broken line, a timeout, or an answer that only says "later". Normal while a server restarts. */
export class GatewayUnreachableError extends LongshoreError {
  constructor(problem: string, options: Because = {}) {
    super('GATEWAY_UNREACHABLE', 'retry', `no answer from the gateway: ${problem}`, options);
  }
}

/** The gateway answered and will not do it; `reason` is the code of its problem body. */
export class GatewayRefusedError extends LongshoreError {
  constructor(
    readonly status: number,
    readonly reason: string,
    problem: string,
    readonly field: string | null = null,
  ) {
    super('GATEWAY_REFUSED', 'give-up', `the gateway refused: ${problem}`);
  }
}

/** Another key than the pinned one answered; not one byte was sent to it. */
export class GatewayPinRefusedError extends LongshoreError {
  constructor(address: string, options: Because = {}) {
    super('GATEWAY_PIN_REFUSED', 'stop', `${address} holds another key than the pinned one`, options);
  }
}

/** A piece of log does not begin where the server's copy ends: go on from `length`. Normal after a lost answer. */
export class LogOffsetConflictError extends LongshoreError {
  constructor(readonly length: number) {
    super('LOG_OFFSET_CONFLICT', 'retry', `the server has ${length} bytes of this log`);
  }
}

/** The channel is not open: nothing was sent. */
export class WebChannelClosedError extends LongshoreError {
  constructor() {
    super('WEB_CHANNEL_CLOSED', 'retry', 'the channel to the gateway is not open');
  }
}
