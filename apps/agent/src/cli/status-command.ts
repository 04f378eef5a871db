/** `longshore-agent status`: type, home, both legs with the age of their last round trip, the pids, pins and keys. */
import {
  type AgentStatusFile,
  bootClock,
  findMonitor,
  readAgentConfiguration,
  readAgentStatus,
} from '@longshore/agent-runtime';
import { timeouts } from '@longshore/protocol';
import { type Answer, exitCodes } from './answer';
import { type HomeChoice, chooseHome } from './choose-home';
import { describeTrust, trustLines } from './describe-trust';

export async function statusCommand(choice: HomeChoice): Promise<Answer> {
  const home = chooseHome(choice);
  const configuration = readAgentConfiguration(home.configuration);
  const { id, name, type, gateways } = configuration;
  const trust = describeTrust(home, configuration);
  const monitor = findMonitor(home.monitorLock);
  const agent = { id, name, type, home: home.root, gateways, trust };
  if (monitor === null) {
    const json = { ...agent, running: false, pids: { monitor: null, worker: null } };
    const text = [`${id} (${type}) in ${home.root}: stopped`, ...trustLines(trust, null)].join('\n');
    return { text, json, exitCode: exitCodes.stopped };
  }
  const status = readAgentStatus(home.status);
  // One that an earlier monitor left says nothing about this one.
  const current = status?.pid.monitor === monitor.pid ? status : null;
  const legs = current === null ? null : legsOf(current);
  const json = {
    ...agent,
    running: true,
    pids: { monitor: monitor.pid, worker: current?.pid.worker ?? null },
    worker: current?.worker ?? 'starting',
    legs,
    epoch: current?.epoch ?? null,
    steps: { running: current?.running ?? 0, waiting: current?.waiting ?? 0 },
    refusesWork: current?.refusesWork ?? null,
    pinProblem: current?.pinProblem ?? null,
    version: current?.version ?? null,
  };
  const lines = [
    `${id} (${type}) in ${home.root}: running`,
    `  monitor ${monitor.pid}, worker ${json.pids.worker ?? '-'} (${json.worker})`,
    ...(legs === null ? [] : [`  control: ${sentence(legs.control)}`, `  https:   ${sentence(legs.https)}`]),
    `  steps:   ${json.steps.running} running, ${json.steps.waiting} waiting`,
    ...trustLines(trust, json.pinProblem),
    ...(json.refusesWork === null ? [] : [`  refuses new work: ${json.refusesWork}`]),
  ];
  return { text: lines.join('\n'), json };
}

interface Leg {
  readonly state: string;
  readonly roundTripAgeMs: number | null;
  readonly problem: string | null;
}

function legsOf({ legs, heartbeatMs }: AgentStatusFile): { control: Leg; https: Leg } {
  return { control: legOf(legs.control, heartbeatMs), https: legOf(legs.https, heartbeatMs) };
}

/** A leg is believed for two heartbeats, whatever was last said of it. */
function legOf({ state, roundTripAtMs, problem }: AgentStatusFile['legs']['https'], heartbeatMs: number): Leg {
  const roundTripAgeMs = roundTripAtMs === null ? null : Math.max(0, bootClock() - roundTripAtMs);
  const isStale = roundTripAgeMs === null || roundTripAgeMs > heartbeatMs * timeouts.heartbeatsUntilLost;
  return { state: state === 'online' && isStale ? 'stale' : state, roundTripAgeMs, problem };
}

function sentence({ state, roundTripAgeMs, problem }: Leg): string {
  const age = roundTripAgeMs === null ? 'no answer yet' : `last answer ${(roundTripAgeMs / 1000).toFixed(1)} s ago`;
  return `${state}, ${age}${problem === null ? '' : ` (${problem})`}`;
}
