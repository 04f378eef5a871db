/**
 * How does a home come to be whole or not at all? Everything is written into a folder beside it, which gets the
 * home's name as the last step; what an interrupted installation left is removed by the next one.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { renewCertificate } from '@longshore/pinning';
import { InputInvalidError, LongshoreError } from '@longshore/protocol';
import {
  type AgentHome,
  agentHome,
  foldersOf,
  homeVersion,
  makePrivateFolder,
  syncFolder,
  writeAgentConfiguration,
} from '@longshore/agent-runtime';
import { writeAgentSecrets } from '../trust/agent-secrets';
import type { Enrolled } from './enrol';
import type { InstallOrder } from './install-order';

export class AgentInstalledError extends LongshoreError {
  constructor(home: string) {
    super(
      'AGENT_INSTALLED',
      'give-up',
      `an agent is already installed in ${home}: uninstall it first, or bring it back with re-pin`,
    );
  }
}

/** Before anything is asked of the server: would the home be free, and may we write there? */
export function checkHomeIsFree(root: string): void {
  const home = agentHome(root);
  if (existsSync(home.configuration)) throw new AgentInstalledError(home.root);
  if (existsSync(home.root) && readdirSync(home.root).length > 0) {
    throw new InputInvalidError('--home', `${home.root} holds something else`);
  }
  try {
    mkdirSync(dirname(home.root), { recursive: true, mode: 0o700 });
    removeLeftovers(home);
    const probe = mkdirSync(stagingOf(home), { mode: 0o700 });
    rmSync(probe ?? stagingOf(home), { recursive: true, force: true });
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new InputInvalidError('--home', `${home.root} cannot be made: ${problem}`, { cause });
  }
}

/** The one that was wished, or one beside it: an answer of the server must never be lost because its place is taken. */
export function freeHome(wished: string): string {
  let root = wished;
  for (let number = 2; existsSync(root); number += 1) root = `${wished}-${number}`;
  return root;
}

export function writeHome(
  root: string,
  order: Pick<InstallOrder, 'type' | 'gateways' | 'minTlsVersion'>,
  { answer, identity, sealingKey, server }: Enrolled,
): AgentHome {
  const home = agentHome(root);
  const staging = agentHome(stagingOf(home));
  try {
    foldersOf(staging).forEach(makePrivateFolder);
    const { privateKeyPem } = identity;
    // The server may have given another name than was wished for: the certificate carries the id that counts.
    const { certificatePem } = renewCertificate({ kind: 'agent', id: answer.agentId, privateKeyPem });
    writeAgentSecrets(staging, {
      identity: { privateKeyPem, certificatePem },
      sealingKeys: [sealingKey],
      apiKey: answer.apiKey,
    });
    writeAgentConfiguration(staging.configuration, {
      homeVersion,
      id: answer.agentId,
      name: answer.agentId,
      type: order.type,
      serverId: answer.serverId,
      gateways: answer.gateways.length > 0 ? answer.gateways : [...order.gateways],
      server,
      jms: answer.jms,
      minTlsVersion: order.minTlsVersion,
      maxParallel: null,
    });
    renameSync(staging.root, home.root);
    syncFolder(dirname(home.root));
    return home;
  } catch (cause) {
    rmSync(staging.root, { recursive: true, force: true });
    throw cause;
  }
}

function stagingOf(home: AgentHome): string {
  return join(dirname(home.root), `.${basename(home.root)}.installing-${process.pid}`);
}

function removeLeftovers(home: AgentHome): void {
  const parent = dirname(home.root);
  const mark = `.${basename(home.root)}.installing-`;
  for (const name of readdirSync(parent).filter((each) => each.startsWith(mark))) {
    rmSync(join(parent, name), { recursive: true, force: true });
  }
}
