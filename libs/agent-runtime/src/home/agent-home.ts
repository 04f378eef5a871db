/**
 * Where does what stand in an agent's home? One folder per agent, so several agents live side by side on one host;
 * everything in it is 0700/0600 (docs/architecture.md, Agent home).
 */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export interface AgentHome {
  readonly root: string;
  /** `conf/agent.json`, no secrets in it. Written last by an installation: where it stands, the home is whole. */
  readonly configuration: string;
  readonly identityKey: string;
  readonly identityCertificate: string;
  /** A key that the server has not pinned yet, or whose pinning we have not heard of. */
  readonly nextIdentityKey: string;
  readonly nextIdentityCertificate: string;
  readonly sealingKey: string;
  readonly apiKey: string;
  readonly journal: string;
  /** Sequence and hash of the journal's last entry, beside the journal. */
  readonly journalWitness: string;
  /** Given back to the file system when the disk is full, so that a running step's result can be saved. */
  readonly reservedSpace: string;
  readonly attempts: string;
  readonly run: string;
  readonly monitorLock: string;
  readonly status: string;
  readonly log: string;
  readonly logFile: string;
}

export function agentHome(root: string): AgentHome {
  const base = resolve(root);
  const at = (...names: string[]) => join(base, ...names);
  return {
    root: base,
    configuration: at('conf', 'agent.json'),
    identityKey: at('conf', 'identity.key'),
    identityCertificate: at('conf', 'identity.pem'),
    nextIdentityKey: at('conf', 'identity.next.key'),
    nextIdentityCertificate: at('conf', 'identity.next.pem'),
    sealingKey: at('conf', 'sealing.key'),
    apiKey: at('conf', 'api-key'),
    journal: at('var', 'journal.db'),
    journalWitness: at('var', 'journal.witness'),
    reservedSpace: at('var', 'reserved-space'),
    attempts: at('var', 'attempts'),
    run: at('var', 'run'),
    monitorLock: at('var', 'run', 'monitor.json'),
    status: at('var', 'run', 'status.json'),
    log: at('log'),
    logFile: at('log', 'agent.log'),
  };
}

/** The folders of a home, outermost first. */
export function foldersOf(home: AgentHome): readonly string[] {
  const inside = ['conf', 'var', join('var', 'attempts'), join('var', 'run'), 'log'];
  return [home.root, ...inside.map((name) => join(home.root, name))];
}

/** Where the homes of this user's agents stand: below the user's home, for root below /var/lib. */
export function defaultHomesFolder(): string {
  const isRoot = process.platform !== 'win32' && process.getuid?.() === 0;
  return isRoot ? '/var/lib/longshore/agents' : join(homedir(), '.longshore', 'agents');
}
