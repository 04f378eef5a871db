/**
 * What has to be typed on an agent's host, so that it can be copied from a page? No command carries a secret: keys
 * are asked for, because arguments can be read by everybody on the machine.
 */
import type { Agent, ServerFacts } from '@longshore/rest-contract';

type Named = Pick<Agent, 'name'>;
type Returning = Pick<Agent, 'name' | 'fingerprint' | 'security'>;

export const statusCommand = ({ name }: Named): string => `longshore-agent status --name ${name}`;
export const stopCommand = ({ name }: Named): string => `longshore-agent stop --name ${name}`;
export const runCommand = ({ name }: Named): string => `longshore-agent run --name ${name}`;
export const setApiKeyCommand = ({ name }: Named): string => `longshore-agent set-api-key --name ${name}`;

/** With another key of its own, unless the operator allowed the one that was forgotten. */
export function rePinCommand({ name, security }: Returning): string {
  const mayKeepKey = security.forgotten?.sameKeyAllowed === true;
  return `longshore-agent re-pin --name ${name}${mayKeepKey ? '' : ' --new-key'}`;
}

/** The server's key goes along, so that the first contact is verified. */
export function installAgainCommand(
  { name, type }: Pick<Agent, 'name' | 'type'>,
  { gateways, fingerprint }: Pick<ServerFacts, 'gateways' | 'fingerprint'>,
): string {
  const server = gateways[0] ?? 'https://server:7919';
  return [
    `longshore-agent install --type ${type} --name ${name}`,
    `--server ${server}`,
    `--server-fingerprint ${fingerprint}`,
  ].join(' ');
}
