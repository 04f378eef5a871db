export { Batcher, type BatcherOptions } from './batch/batcher';
export { belongsToLife } from './session/belongs-to-life';
export {
  AgentChannel,
  type AgentChannelListener,
  type ChannelClosed,
  type UnsequencedToServer,
} from './channel/agent-channel';
export {
  CommandSource,
  GatewayIntake,
  type KnownPeer,
  type Peer,
  type RefusedHandshake,
  PeerDirectory,
  ServerChannel,
  type UnsequencedToAgent,
} from './channel/server-channel';
export { type InboxView, type ReceiveVerdict, contiguousFrom, decideReceive } from './inbox/decide-receive';
export { type AcknowledgeVerdict, type OutboxCursors, decideAcknowledge } from './outbox/decide-acknowledge';
export { type HelloVerdict, type IncomingHello, type SessionRecord, decideHello } from './session/decide-hello';
export { type AgentSideStreams, type WelcomeVerdict, decideWelcome } from './session/decide-welcome';
export { type KnownAttempt, attemptsToOfferAgain, reconcileAttempts } from './session/reconcile-attempts';
export { type SessionView, type StartVerdict, mayStart } from './work/may-start';
export { type AgentCapacity, slotsToOffer } from './work/slots-to-offer';
