import { describeAgentChannelContract } from '../../../delivery/src/testing/agent-channel-contract';
import { makeJmsPair } from '../testing/jms-pair';
import { TestBroker } from '../testing/test-broker';

let broker: TestBroker;

// The first run of a machine fetches and unpacks RabbitMQ.
beforeAll(async () => {
  broker = await TestBroker.start();
}, 300_000);
afterAll(() => broker?.stop(), 60_000);

describeAgentChannelContract('the JMS wire by API key', () => makeJmsPair(broker, 'password'));
describeAgentChannelContract('the JMS wire by certificate', () => makeJmsPair(broker, 'certificate'));
