import { describeAgentChannelContract } from '../../../delivery/src/testing/agent-channel-contract';
import { makeWebPair } from '../testing/web-pair';

describeAgentChannelContract('the web wire', makeWebPair);
