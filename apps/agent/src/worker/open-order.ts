/**
 * From the command as it came to an order that can be carried out: its secure inputs and the step's own token opened
 * with this agent's sealing keys, which works for the very attempt that they were sealed for (docs/protocol.md, Identity
 * and pins).
 */
import { type AgentHome, readAgentConfiguration } from '@longshore/agent-runtime';
import { openSecret, type SealingKey } from '@longshore/pinning';
import { gatewayPaths, type RunStep } from '@longshore/protocol';
import type { AttemptOrder } from '@longshore/steps';

/** Throws SealRefusedError for what was not sealed to this agent or not for this attempt. */
export async function openOrder(step: RunStep, home: AgentHome, keys: readonly SealingKey[]): Promise<AttemptOrder> {
  const open = (jwe: string): Promise<string> => openSecret({ jwe, keys, context: step.attemptId });
  const inputs = Object.entries(step.sealedInputs).map(async ([name, jwe]) => [name, await open(jwe)] as const);
  const [token, ...secureInputs] = await Promise.all([
    step.stepToken === null ? null : open(step.stepToken),
    ...inputs,
  ]);
  return {
    step,
    secureInputs: Object.fromEntries(secureInputs),
    access: token === null ? null : { token, ...whereToAsk(home) },
    agentHome: home.root,
  };
}

/** The pin and the gateways of the moment: both may have moved since the worker began. */
function whereToAsk(home: AgentHome): { readonly url: string; readonly serverFingerprint: string } {
  const { gateways, server } = readAgentConfiguration(home.configuration);
  return { url: new URL(gatewayPaths.step, gateways[0]).href, serverFingerprint: server.current };
}
