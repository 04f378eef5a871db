/** Paths of the REST API (port 8443); all but sign-in and health need a session or an API token. */
export const apiPrefix = '/api/v1';

export const apiPaths = {
  session: `${apiPrefix}/session`,
  me: `${apiPrefix}/me`,
  server: `${apiPrefix}/server`,
  live: `${apiPrefix}/live`,
  apiTokens: `${apiPrefix}/api-tokens`,
  apiToken: (id: string) => `${apiPrefix}/api-tokens/${encodeURIComponent(id)}`,
  installTokens: `${apiPrefix}/install-tokens`,
  installToken: (id: string) => `${apiPrefix}/install-tokens/${encodeURIComponent(id)}`,
  agents: `${apiPrefix}/agents`,
  agent: (id: string) => `${apiPrefix}/agents/${encodeURIComponent(id)}`,
  approveAgent: (id: string) => `${apiPrefix}/agents/${encodeURIComponent(id)}/approve`,
  rejectAgent: (id: string) => `${apiPrefix}/agents/${encodeURIComponent(id)}/reject`,
  forgetCertificate: (id: string) => `${apiPrefix}/agents/${encodeURIComponent(id)}/forget-certificate`,
  /** POST issues another one, DELETE revokes. */
  agentApiKey: (id: string) => `${apiPrefix}/agents/${encodeURIComponent(id)}/api-key`,
  agentIdentity: (id: string) => `${apiPrefix}/agents/${encodeURIComponent(id)}/identity`,
  securityPolicy: `${apiPrefix}/security-policy`,
  securityEvents: `${apiPrefix}/security-events`,
  audit: `${apiPrefix}/audit`,
  serverKeys: `${apiPrefix}/server/keys`,
  rotateServerKey: `${apiPrefix}/server/keys/rotate`,
  exportServerKeys: `${apiPrefix}/server/keys/export`,
  rotateDataKey: `${apiPrefix}/server/keys/rotate-data-key`,
  stepTypes: `${apiPrefix}/step-types`,
  processes: `${apiPrefix}/processes`,
  process: (name: string) => `${apiPrefix}/processes/${encodeURIComponent(name)}`,
  runs: `${apiPrefix}/runs`,
  run: (id: string) => `${apiPrefix}/runs/${encodeURIComponent(id)}`,
  cancelRun: (id: string) => `${apiPrefix}/runs/${encodeURIComponent(id)}/cancel`,
  log: (attemptId: string, stream: string) => `${apiPrefix}/attempts/${encodeURIComponent(attemptId)}/log/${stream}`,
} as const;

/** Browsers keep cookies per host and not per port: without the port, two servers on one host would end each other's. */
export const sessionCookie = (apiPort: number): string => `longshore_session_${apiPort}`;
