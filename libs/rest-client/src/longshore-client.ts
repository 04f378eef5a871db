/** What can be asked of the server? One method per path of the REST contract, in groups named as the contract is. */
import type { z } from 'zod';
import type { AgentId, RunId } from '@longshore/protocol';
import {
  agentListQuerySchema,
  agentListSchema,
  agentSchema,
  apiPaths,
  apiTokenListSchema,
  createApiTokenSchema,
  createdApiTokenSchema,
  createdInstallTokenSchema,
  createInstallTokenSchema,
  createRunSchema,
  installTokenListSchema,
  meSchema,
  processDefinitionSchema,
  processListSchema,
  processSchema,
  runListQuerySchema,
  runListSchema,
  runSchema,
  serverFactsSchema,
  sessionSchema,
  signInSchema,
  stepTypeListSchema,
  type UpdateAgent,
} from '@longshore/rest-contract';
import { ApiLink, type ApiLinkOptions } from './api-link';
import { get, patch, post, remove, type Signal } from './call-forms';
import { readLog, type LogReading } from './follow-log';
import { readLiveEvents } from './live-events';
import { agentTrustCalls, serverTrustCalls } from './trust-calls';

type AgentQuery = Partial<z.input<typeof agentListQuerySchema>> & Readonly<Record<string, string | number | undefined>>;
type RunQuery = Partial<z.input<typeof runListQuerySchema>> & Readonly<Record<string, string | number | undefined>>;

export type LongshoreClient = ReturnType<typeof createLongshoreClient>;

export function createLongshoreClient(options: ApiLinkOptions) {
  const link = new ApiLink(options);
  return {
    ...accessCalls(link),
    ...fleetCalls(link),
    ...agentTrustCalls(link),
    ...serverTrustCalls(link),
    ...workCalls(link),
    liveEvents: (signal?: AbortSignal) => readLiveEvents(link, signal),
    /** Exact bytes from `offset` on, by default until the log is complete. */
    followLog: (reading: LogReading) => readLog(link, reading),
  };
}

function accessCalls(link: ApiLink) {
  return {
    signIn: (body: z.input<typeof signInSchema>) => link.ask(post(apiPaths.session, body), sessionSchema),
    signOut: () => link.tell(remove(apiPaths.session)),
    me: (signal?: Signal) => link.ask(get(apiPaths.me, signal), meSchema),
    server: (signal?: Signal) => link.ask(get(apiPaths.server, signal), serverFactsSchema),
    apiTokens: (signal?: Signal) => link.ask(get(apiPaths.apiTokens, signal), apiTokenListSchema),
    createApiToken: (body: z.input<typeof createApiTokenSchema>) =>
      link.ask(post(apiPaths.apiTokens, body), createdApiTokenSchema),
    deleteApiToken: (id: string) => link.tell(remove(apiPaths.apiToken(id))),
  };
}

function fleetCalls(link: ApiLink) {
  return {
    agents: (query: AgentQuery = {}, signal?: Signal) =>
      link.ask({ ...get(apiPaths.agents, signal), query }, agentListSchema),
    agent: (id: AgentId, signal?: Signal) => link.ask(get(apiPaths.agent(id), signal), agentSchema),
    updateAgent: (id: AgentId, body: UpdateAgent) => link.ask(patch(apiPaths.agent(id), body), agentSchema),
    removeAgent: (id: AgentId) => link.tell(remove(apiPaths.agent(id))),
    installTokens: (signal?: Signal) => link.ask(get(apiPaths.installTokens, signal), installTokenListSchema),
    createInstallToken: (body: z.input<typeof createInstallTokenSchema>) =>
      link.ask(post(apiPaths.installTokens, body), createdInstallTokenSchema),
    deleteInstallToken: (id: string) => link.tell(remove(apiPaths.installToken(id))),
  };
}

function workCalls(link: ApiLink) {
  return {
    stepTypes: (signal?: Signal) => link.ask(get(apiPaths.stepTypes, signal), stepTypeListSchema),
    processes: (signal?: Signal) => link.ask(get(apiPaths.processes, signal), processListSchema),
    process: (name: string, signal?: Signal) => link.ask(get(apiPaths.process(name), signal), processSchema),
    /** A new process, or the next version of the one of that name. */
    saveProcess: (body: z.input<typeof processDefinitionSchema>) =>
      link.ask(post(apiPaths.processes, body), processSchema),
    startRun: (body: z.input<typeof createRunSchema>) => link.ask(post(apiPaths.runs, body), runSchema),
    runs: (query: RunQuery = {}, signal?: Signal) => link.ask({ ...get(apiPaths.runs, signal), query }, runListSchema),
    run: (id: RunId, signal?: Signal) => link.ask(get(apiPaths.run(id), signal), runSchema),
    /** Asked for, not done: the run says when its steps have ended. */
    cancelRun: (id: RunId) => link.ask(post(apiPaths.cancelRun(id)), runSchema),
  };
}
