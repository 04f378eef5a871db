/**
 * How many attempts may the server offer to an agent now? (docs/protocol.md, Starting work)
 *
 * It offers to free slots plus a small window, so that an agent never idles for a round trip and yet hardly
 * anything stands accepted but not started when the agent goes away.
 */
export interface AgentCapacity {
  readonly maxParallel: number;
  /** Attempts of this agent that are offered, accepted or running. */
  readonly open: number;
}

/** A quarter of the slots, at least one: hides one round trip at any size. */
export function slotsToOffer({ maxParallel, open }: AgentCapacity): number {
  const window = Math.max(1, Math.floor(maxParallel / 4));
  return Math.max(0, maxParallel + window - open);
}
