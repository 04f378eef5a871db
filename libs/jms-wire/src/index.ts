export { JmsAgentChannel, type JmsAgentChannelOptions } from './agent/jms-agent-channel';
export type { RefusedMessage } from './agent/agent-queue-reader';
export { type BrokerAddress, BrokerDialler, type BrokerDialling } from './amqp/broker-dialler';
export type { BrokerCredential } from './amqp/open-amqp';
export { type BrokerAccount, BrokerAccounts } from './broker/broker-account';
export { BrokerManagement, type BrokerManagementAccess } from './broker/broker-management';
export { BrokerTopology, type ReconcileReport } from './broker/broker-topology';
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
export { agentQueueOf, agentUserOf, inboundExchange } from './topology';
