/** One page of something that only grows, newest first. */
export interface HistoryPage {
  /** Only what concerns this agent. */
  readonly agentId?: string | undefined;
  /** The id of the last entry that was read; absent: from the newest. */
  readonly before?: string | undefined;
  readonly limit: number;
}
