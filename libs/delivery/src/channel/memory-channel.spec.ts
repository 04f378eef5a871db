import { describeAgentChannelContract } from '../testing/agent-channel-contract';
import { makeMemoryPair } from '../testing/memory-pair';

describeAgentChannelContract('memory', makeMemoryPair);
