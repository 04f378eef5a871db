/** How do monitor, worker and both legs stand, in one object for people and scripts? */
import type { AgentConfigurationFile } from '../home/agent-configuration';
import type { AgentHome } from '../home/agent-home';
import type { SessionState } from '../session/session-state';
import type { AgentStatusFile } from '../status/agent-status-file';
import type { WorkerSupervisor } from '../supervision/worker-supervisor';
import type { WorkerDesk } from './worker-desk';

export interface StatusSources {
  readonly configuration: AgentConfigurationFile;
  readonly home: AgentHome;
  readonly version: string;
  readonly session: SessionState;
  readonly supervisor: Pick<WorkerSupervisor, 'pid' | 'state'>;
  readonly desk: Pick<WorkerDesk, 'view'>;
  readonly heartbeatMs: number;
  readonly pinProblem: string | null;
}

export function composeStatusFile({ configuration, home, session, ...sources }: StatusSources): AgentStatusFile {
  const { view } = sources.desk;
  return {
    id: configuration.id,
    name: configuration.name,
    type: configuration.type,
    home: home.root,
    version: sources.version,
    pid: { monitor: process.pid, worker: sources.supervisor.pid },
    worker: sources.supervisor.state,
    heartbeatMs: sources.heartbeatMs,
    legs: {
      control: { state: session.phase, roundTripAtMs: session.lastRoundTripAtMs, problem: session.problem },
      https: {
        state: view.httpsProblem === null ? (view.httpsRoundTripAtMs === null ? 'connecting' : 'online') : 'failing',
        roundTripAtMs: view.httpsRoundTripAtMs,
        problem: view.httpsProblem,
      },
    },
    epoch: session.epoch,
    running: view.running,
    waiting: view.waiting,
    refusesWork: view.refusesWork,
    pinProblem: sources.pinProblem,
  };
}
