export { type JmsAgentAccess, JmsAgentChannel, type JmsAgentChannelOptions } from './agent/jms-agent-channel';
export type { RefusedMessage } from './agent/agent-queue-reader';
export { type BrokerAddress, BrokerDialler, type BrokerDialling } from './amqp/broker-dialler';
export type { BrokerCredential, BrokerLogin } from './amqp/open-amqp';
export { type BrokerAccount, BrokerAccounts, type BrokerUser } from './broker/broker-account';
export { BrokerManagement, type BrokerManagementAccess } from './broker/broker-management';
export { type BrokerPlace, BrokerTopology, type ReconcileReport } from './broker/broker-topology';
export { brokerTimeouts } from './broker-timeouts';
export {
  BrokerAccessRefusedError,
  BrokerConfirmMissingError,
  BrokerManagementFailedError,
  BrokerUnreachableError,
  JmsChannelClosedError,
  JmsMessageRefusedError,
  MessageUnroutableError,
} from './jms-errors';
export { JmsServerChannel, type JmsServerChannelOptions } from './server/jms-server-channel';
export { agentQueueOf, agentUserOf, certifiedUserOf, inboundExchange } from './topology';
