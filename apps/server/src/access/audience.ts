/**
 * Who may call a route? Every route carries exactly one of these marks, on its method or on its controller; a route
 * without one stops the server's start, and the guard refuses whatever it does not know (docs/security.md, Access).
 */
import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiSecurity } from '@nestjs/swagger';

/**
 * - `operators`: a session or an API token, on the API port.
 * - `agents`: an approved agent, proved by its pinned key and its API key, on the gateway port.
 * - `enrolled-agents`: the same, also while it waits for approval.
 * - `any-key`: whoever shows a client certificate, known or not; only enrolment and re-pinning are open to it.
 * - `steps`: a step that is open, proved by its own token and no client certificate, on the gateway port.
 * - `everyone`: no proof at all, on the API port.
 */
export type Audience = 'operators' | 'agents' | 'enrolled-agents' | 'any-key' | 'steps' | 'everyone';

export const audienceKey = 'longshore:audience';

const mark = (audience: Audience) => SetMetadata(audienceKey, audience);

export const Operators = (): MethodDecorator & ClassDecorator => applyDecorators(mark('operators'), ApiBearerAuth());
export const Public = (): MethodDecorator & ClassDecorator => applyDecorators(mark('everyone'));
export const Agents = (which: 'agents' | 'enrolled-agents' | 'any-key' = 'agents'): MethodDecorator & ClassDecorator =>
  applyDecorators(mark(which), ApiSecurity('agentKey'));
export const Steps = (): MethodDecorator & ClassDecorator => applyDecorators(mark('steps'), ApiBearerAuth('stepToken'));
