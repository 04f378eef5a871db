/**
 * What can go wrong between us and the broker. Codes are listed in docs/reference/errors.md.
 *
 * No message here holds a password or a URL: the broker's own words are quoted, which name users at most.
 */
import { LongshoreError } from '@longshore/protocol';

interface Because {
  readonly cause?: unknown;
}

/** Every broker of the list was tried, or the line broke. Normal while a broker restarts. */
export class BrokerUnreachableError extends LongshoreError {
  constructor(problem: string, options: Because = {}) {
    super('BROKER_UNREACHABLE', 'retry', `no broker: ${problem}`, options);
  }
}

/**
 * The broker answered 403. A wrong password, a deleted user and a broker that has lost its database look alike, so it
 * is tried again, but seldom: the last case heals as soon as the server has restored the broker's users.
 */
export class BrokerAccessRefusedError extends LongshoreError {
  /** The shortest pause before the next attempt that makes sense. */
  readonly retryAfterMs = 5_000;

  constructor(broker: string, options: Because = {}) {
    super('BROKER_ACCESS_REFUSED', 'retry', `${broker} refused the user or its virtual host`, options);
  }
}

/** A message was handed to the broker and no confirm came; whether it got through is unknown. */
export class BrokerConfirmMissingError extends LongshoreError {
  constructor(problem: string, options: Because = {}) {
    super('BROKER_CONFIRM_MISSING', 'retry', `no confirm from the broker: ${problem}`, options);
  }
}

/** The broker has no queue for this message, as after the loss of its data; reconciling the topology cures it. */
export class MessageUnroutableError extends LongshoreError {
  constructor(readonly messageId: string) {
    super('MESSAGE_UNROUTABLE', 'retry', `no queue for message ${messageId}`);
  }
}

/** The management API answered something else than success. */
export class BrokerManagementFailedError extends LongshoreError {
  constructor(
    /** Null: no answer at all. */
    readonly status: number | null,
    problem: string,
    options: Because = {},
  ) {
    super('BROKER_MANAGEMENT_FAILED', 'retry', `broker management: ${problem}`, options);
  }
}

/** A message that must not be believed: not signed, not by whom it says, or not what its sender may say. */
export class JmsMessageRefusedError extends LongshoreError {
  constructor(
    code: 'JMS_USER_FOREIGN' | 'JMS_ENVELOPE_FOREIGN' | 'JMS_SENDER_UNKNOWN' | 'JMS_KIND_FOREIGN',
    problem: string,
  ) {
    super(code, 'give-up', problem);
  }
}

/** The channel is not open: nothing was sent. */
export class JmsChannelClosedError extends LongshoreError {
  constructor() {
    super('JMS_CHANNEL_CLOSED', 'retry', 'the channel to the broker is not open');
  }
}
