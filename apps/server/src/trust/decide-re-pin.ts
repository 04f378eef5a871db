/**
 * May this key be pinned for the agent whose API key came with it? Only while an operator's *forget* lasts, only once,
 * and never the forgotten key itself unless that was allowed (docs/protocol.md, Identity and pins). The same question
 * again after its answer was lost is answered again.
 */
import type { AgentId, AgentType, Fingerprint } from '@longshore/protocol';

export interface RePinQuestion {
  readonly agent: {
    readonly agentId: AgentId;
    readonly type: AgentType;
    /** Null: forgotten. */
    readonly fingerprint: Fingerprint | null;
    readonly forgottenKey: Fingerprint | null;
    readonly forgetExpired: boolean;
    readonly forgetAllowsSameKey: boolean;
  };
  readonly type: AgentType;
  readonly presented: Fingerprint;
  /** Whose pinned key it is already. */
  readonly holder: AgentId | null;
  readonly isRejected: boolean;
}

export type RePinProblem =
  'AGENT_TYPE_OTHER' | 'PIN_NOT_FORGOTTEN' | 'PIN_FORGOTTEN_KEY' | 'FORGET_EXPIRED' | 'KEY_TAKEN' | 'KEY_REJECTED';

export type RePinVerdict =
  { readonly verdict: 'pin' | 'pinned-already' } | { readonly verdict: 'refused'; readonly problem: RePinProblem };

export function decideRePin({ agent, type, presented, holder, isRejected }: RePinQuestion): RePinVerdict {
  if (agent.type !== type) return refused('AGENT_TYPE_OTHER');
  if (agent.fingerprint !== null) {
    return holder === agent.agentId ? { verdict: 'pinned-already' } : refused('PIN_NOT_FORGOTTEN');
  }
  if (agent.forgetExpired) return refused('FORGET_EXPIRED');
  if (presented === agent.forgottenKey && !agent.forgetAllowsSameKey) return refused('PIN_FORGOTTEN_KEY');
  if (holder !== null) return refused('KEY_TAKEN');
  if (isRejected) return refused('KEY_REJECTED');
  return { verdict: 'pin' };
}

const refused = (problem: RePinProblem): RePinVerdict => ({ verdict: 'refused', problem });
