/** Which ids may an agent of this name get? Its name, or else the name with a visible number: never another's id. */
import { type AgentId, agentIdSchema } from '@longshore/protocol';

const longest = 64;
const mostNumbers = 200;

export function agentIdCandidates(name: string): AgentId[] {
  const suffixes = ['', ...Array.from({ length: mostNumbers - 1 }, (_, index) => `-${index + 2}`)];
  return suffixes.map((suffix) => agentIdSchema.parse(`${name.slice(0, longest - suffix.length)}${suffix}`));
}
