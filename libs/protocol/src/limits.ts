/** Size limits, checked before anything is parsed (docs/protocol.md, Messages). All in bytes. */
export const limits = {
  /** One message of any kind, as it stands on the wire. */
  messageBytes: 1024 * 1024,
  /** Resolved inputs of one step, as JSON; larger values go by content reference. */
  inputsBytes: 256 * 1024,
  /** Outputs of one step, as JSON. */
  outputsBytes: 256 * 1024,
  /** One piece of log in one request. */
  logPieceBytes: 4 * 1024 * 1024,
  /** Messages in one events request. */
  eventsPerRequest: 500,
} as const;
