/**
 * Who must look at something now? The one place where the parts that write tell the parts that wait.
 *
 * All of it is a hint: the truth stands in the store, and each listener has a slow sweep for the hint that was lost.
 * What concerns other server processes as well goes over `WakeupLink`.
 */
import type { AgentId, AgentType, AttemptId, ByeReason, Fingerprint, RunId } from '@longshore/protocol';

export interface EndedAttempt {
  readonly runId: RunId;
  readonly attemptId: AttemptId;
}

/** What an agent must feel at once: its connections end, or it is asked for a fresh hello. */
export interface TrustChange {
  readonly agentId: AgentId;
  readonly type: AgentType;
  readonly effect: ByeReason | 'resync';
}

export interface WakeupTopics {
  /** These agents have attempts to be offered or cancelled. */
  work: readonly AgentId[];
  /** These attempts got their verdict. */
  ended: readonly EndedAttempt[];
  /** Commands for these agents were numbered by this process. */
  commands: readonly AgentId[];
  /** Commands for these agents were numbered by another process. */
  commandsElsewhere: readonly AgentId[];
  /** What these runs look like has changed, here or elsewhere. */
  runs: readonly RunId[];
  /** What these agents look like has changed, here or elsewhere. */
  agents: readonly AgentId[];
  /** The same, but learnt from another process: not to be told on. */
  runsElsewhere: readonly RunId[];
  agentsElsewhere: readonly AgentId[];
  /** What is pinned of these agents, or wanted of their identity, was changed by this process. */
  trust: readonly TrustChange[];
  trustElsewhere: readonly TrustChange[];
  /** The server's key moved to the one with this fingerprint, by this process. */
  serverKey: readonly Fingerprint[];
  serverKeyElsewhere: readonly Fingerprint[];
}

export type WakeupTopic = keyof WakeupTopics;
type Listener<Topic extends WakeupTopic> = (about: WakeupTopics[Topic]) => void;

export class Wakeups {
  private readonly listeners: { [Topic in WakeupTopic]: Set<Listener<Topic>> } = {
    work: new Set(),
    ended: new Set(),
    commands: new Set(),
    commandsElsewhere: new Set(),
    runs: new Set(),
    agents: new Set(),
    runsElsewhere: new Set(),
    agentsElsewhere: new Set(),
    trust: new Set(),
    trustElsewhere: new Set(),
    serverKey: new Set(),
    serverKeyElsewhere: new Set(),
  };

  /** Answers with the function that takes the listener away again. */
  on<Topic extends WakeupTopic>(topic: Topic, listener: Listener<Topic>): () => void {
    this.listeners[topic].add(listener);
    return () => this.listeners[topic].delete(listener);
  }

  tell<Topic extends WakeupTopic>(topic: Topic, about: WakeupTopics[Topic]): void {
    if (about.length === 0) return;
    for (const listener of this.listeners[topic]) listener(about);
  }
}
