/** One thread of the worker's pool: follows attempts, with its own pinned connection for their logs. */
import { workerData } from 'node:worker_threads';
import { StepHostLink, runPoolThread } from '@longshore/steps';
import { agentHome, readAgentConfiguration } from '@longshore/agent-runtime';
import { AgentSecrets } from './trust/agent-secrets';
import { openGateway } from './trust/gateway-access';
import { GatewayLogSink } from './worker/gateway-log-sink';
import { hostPlace } from './worker/host-place';

const home = agentHome(String(workerData));
const configuration = readAgentConfiguration(home.configuration);
const { client } = openGateway(configuration, new AgentSecrets(home, null));
runPoolThread({ link: new StepHostLink(hostPlace(home)), logSink: new GatewayLogSink(client) });
