/** Who is behind a request, as the guard proved it; remembered beside the request and never in it. */
import type { Fingerprint } from '@longshore/protocol';
import type { Peer } from '@longshore/delivery';
import type { LiveStep } from '@longshore/persistence';
import type { FastifyRequest } from 'fastify';

export interface Operator {
  readonly kind: 'operator';
  readonly user: string;
  /** The session or API token that proved it. */
  readonly tokenId: string;
}

export interface EnrolledAgent {
  readonly kind: 'agent';
  readonly peer: Peer;
}

/** A client certificate that belongs to no agent, or to one that enrols again. */
export interface PresentedKey {
  readonly kind: 'key';
  readonly fingerprint: Fingerprint;
  readonly certificatePem: string;
  readonly address: string;
}

export interface StepPrincipal {
  readonly kind: 'step';
  readonly step: LiveStep;
}

export type Principal = Operator | EnrolledAgent | PresentedKey | StepPrincipal;

const principals = new WeakMap<FastifyRequest, Principal>();

export const rememberPrincipal = (request: FastifyRequest, principal: Principal): void => {
  principals.set(request, principal);
};

export const principalOf = (request: FastifyRequest): Principal | null => principals.get(request) ?? null;
