/**
 * What do operators ask and tell about trust: of one agent, of all (the policy), of the server's own keys, and of
 * what was refused and done? One method per path of the contract's part on security.
 */
import type { z } from 'zod';
import type { AgentId } from '@longshore/protocol';
import {
  agentSchema,
  apiPaths,
  type ApproveAgent,
  auditListSchema,
  type exportKeysSchema,
  type forgetCertificateSchema,
  type historyQuerySchema,
  type IdentityRequest,
  issuedApiKeySchema,
  keyDocumentSchema,
  rotatedDataKeySchema,
  type rotateServerKeySchema,
  securityEventListSchema,
  securityPolicySchema,
  serverKeysSchema,
  type UpdateSecurityPolicy,
} from '@longshore/rest-contract';
import type { ApiLink } from './api-link';
import { get, patch, post, remove, type Signal } from './call-forms';

type HistoryQuestion = Partial<z.input<typeof historyQuerySchema>> & { readonly limit?: number };

export function agentTrustCalls(link: ApiLink) {
  return {
    /** With a fingerprint, only if the agent still holds that key. */
    approveAgent: (id: AgentId, body: ApproveAgent = {}) =>
      link.ask(post(apiPaths.approveAgent(id), body), agentSchema),
    /** The agent goes, and its key may not come again. */
    rejectAgent: (id: AgentId) => link.tell(post(apiPaths.rejectAgent(id))),
    forgetCertificate: (id: AgentId, body: z.input<typeof forgetCertificateSchema> = {}) =>
      link.ask(post(apiPaths.forgetCertificate(id), body), agentSchema),
    /** The key that was there is dead at once; the answer is the only one that holds the new one. */
    issueApiKey: (id: AgentId) => link.ask(post(apiPaths.agentApiKey(id)), issuedApiKeySchema),
    revokeApiKey: (id: AgentId) => link.tell(remove(apiPaths.agentApiKey(id))),
    /** Asked for, not done: the agent's `security.identityRequest` is null again when it is. */
    requestIdentity: (id: AgentId, request: IdentityRequest) =>
      link.ask(post(apiPaths.agentIdentity(id), { request }), agentSchema),
  };
}

export function serverTrustCalls(link: ApiLink) {
  return {
    securityPolicy: (signal?: Signal) => link.ask(get(apiPaths.securityPolicy, signal), securityPolicySchema),
    updateSecurityPolicy: (body: UpdateSecurityPolicy) =>
      link.ask(patch(apiPaths.securityPolicy, body), securityPolicySchema),
    securityEvents: (query: HistoryQuestion = {}, signal?: Signal) =>
      link.ask({ ...get(apiPaths.securityEvents, signal), query: historyOf(query) }, securityEventListSchema),
    audit: (query: HistoryQuestion = {}, signal?: Signal) =>
      link.ask({ ...get(apiPaths.audit, signal), query: historyOf(query) }, auditListSchema),
    serverKeys: (signal?: Signal) => link.ask(get(apiPaths.serverKeys, signal), serverKeysSchema),
    rotateServerKey: (body: z.input<typeof rotateServerKeySchema> = {}) =>
      link.ask(post(apiPaths.rotateServerKey, body), serverKeysSchema),
    exportServerKeys: (body: z.input<typeof exportKeysSchema>) =>
      link.ask(post(apiPaths.exportServerKeys, body), keyDocumentSchema),
    rotateDataKey: () => link.ask(post(apiPaths.rotateDataKey), rotatedDataKeySchema),
  };
}

function historyOf({ agent, before, limit }: HistoryQuestion): Readonly<Record<string, string | number | undefined>> {
  return { agent, before, limit };
}
