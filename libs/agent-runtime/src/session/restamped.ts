/**
 * Under which session does an old event travel? Under the newest: its stream, number and id are what it is known by
 * for ever, while epoch and server incarnation say who is talking to whom now (docs/protocol.md, Delivery).
 */
import type { EventMessage } from '@longshore/protocol';
import type { Journal } from '../journal/journal';

export function restamped(events: readonly EventMessage[], journal: Journal): EventMessage[] {
  const { serverIncarnation, lastGrant } = journal;
  return events.map((event) => ({ ...event, serverIncarnation, epoch: lastGrant?.epoch ?? event.epoch }));
}
