/**
 * How does the agent's key become another without anybody touching its host? Made here, kept beside the old one,
 * announced over a connection of the old one in a statement that both have signed; it is the agent's when the server has
 * pinned it (docs/protocol.md, Identity and pins). A renewed certificate takes the same way with the same key.
 *
 * When the answer is lost, by a crash or a broken line, the server is asked with the next key: if it knows that one, the
 * key has moved. One move at a time. Steps go on meanwhile; they know nothing of keys.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type AgentHome, type PauseBounds, fullJitter } from '@longshore/agent-runtime';
import {
  type Identity,
  announceSealingKey,
  createAgentKeyMove,
  createIdentity,
  createSigner,
  renewCertificate,
} from '@longshore/pinning';
import { type AgentConfiguration, type JmsAccess, LongshoreError, timeouts } from '@longshore/protocol';
import type { GatewayClient } from '@longshore/web-wire';
import type { AgentSecrets } from './agent-secrets';
import { isGatewayRefusal, isOfUnknownKey } from './gateway-refusal';
import { adoptNextIdentity, dropNextIdentity, readNextIdentity, writeNextIdentity } from './identity-files';
import type { KeptConfiguration } from './kept-configuration';
import { certifyAgent } from './certify-agent';

export type IdentityWish = Exclude<AgentConfiguration['identity'], 'keep'>;

export interface IdentityRotationParts {
  readonly home: AgentHome;
  readonly configuration: KeptConfiguration;
  readonly secrets: AgentSecrets;
  readonly gateway: {
    /** With the agent's identity of now. */
    readonly client: () => Promise<Pick<GatewayClient, 'moveIdentity'>>;
    /** One round trip with another identity. */
    readonly pingAs: (identity: Identity) => Promise<void>;
  };
  /** The agent is known by another key or certificate; `access` is what came with it. */
  readonly adopted: (access: JmsAccess | null) => Promise<void>;
}

/** What is known of a key that waits. */
export type Settlement = 'adopted' | 'not-pinned' | 'unknown' | 'nothing-waits';

const tries = 4;
const bounds: PauseBounds = { firstMs: 1_000, maxMs: 15_000 };

export class IdentityRotation {
  private moving: Promise<void> | null = null;

  constructor(private readonly parts: IdentityRotationParts) {}

  /** Resolves when no move is under way, or has been for long: a session is not held up by a gateway that is away. */
  async settled(): Promise<void> {
    if (this.moving === null) return;
    const tooLong = new AbortController();
    const waited = pause(timeouts.connectMs, undefined, { signal: tooLong.signal }).catch(() => undefined);
    await Promise.race([this.moving.catch(() => undefined), waited]);
    tooLong.abort();
  }

  /** The server asks again in its next welcome if this fails. */
  async move(wish: IdentityWish): Promise<void> {
    this.moving ??= this.moveOnce(wish).finally(() => (this.moving = null));
    return this.moving;
  }

  /** Has the server pinned the key that waits? To be asked before the old one is given up, and after a crash. */
  async settle(): Promise<Settlement> {
    const next = readNextIdentity(this.parts.home, certifyAgent(this.parts.configuration.current.id));
    if (next === null) return 'nothing-waits';
    try {
      await this.parts.gateway.pingAs(next);
    } catch (cause) {
      return isGatewayRefusal(cause) && isOfUnknownKey(cause) ? 'not-pinned' : 'unknown';
    }
    await this.adopt(null);
    return 'adopted';
  }

  /** The server wishes no other key: one that waits goes, but never one that the server may know us by. */
  async drop(): Promise<void> {
    if (this.moving === null && (await this.settle()) === 'not-pinned') dropNextIdentity(this.parts.home);
  }

  private async moveOnce(wish: IdentityWish): Promise<void> {
    const next = this.prepare(wish);
    for (let failures = 0; ; failures += 1) {
      try {
        return await this.announce(next);
      } catch (cause) {
        const isWorthIt = cause instanceof LongshoreError && cause.severity === 'retry' && failures + 1 < tries;
        // A refusal may be of a move that had gone through already, whose answer was lost.
        if ((await this.settle()) === 'adopted') return;
        if (!isWorthIt) throw cause;
      }
      await pause(fullJitter(failures, bounds, Math.random()));
    }
  }

  /** One that waits already is taken up: the server may have seen it. */
  private prepare(wish: IdentityWish): Identity {
    const { home, configuration, secrets } = this.parts;
    const { id } = configuration.current;
    const waiting = readNextIdentity(home, certifyAgent(id));
    const isSameKey = waiting?.fingerprint === secrets.identity.fingerprint;
    if (waiting !== null && isSameKey === (wish === 'renew-certificate')) return waiting;
    const { privateKeyPem } = secrets.identity;
    const next =
      wish === 'rotate-key'
        ? createIdentity({ kind: 'agent', id })
        : renewCertificate({ kind: 'agent', id, privateKeyPem });
    writeNextIdentity(home, next);
    return next;
  }

  private async announce(next: Identity): Promise<void> {
    const { configuration, secrets, gateway } = this.parts;
    const { id: agentId, serverId } = configuration.current;
    const [sealingKey] = secrets.sealingKeys;
    if (sealingKey === undefined) throw new Error('the home holds no sealing key');
    const to = createSigner(next.privateKeyPem);
    const { certificatePem } = next;
    const { jms } = await (
      await gateway.client()
    ).moveIdentity({
      move: await createAgentKeyMove({ agentId, serverId, certificatePem, from: secrets.signer, to }),
      sealingKey: await announceSealingKey(sealingKey, to),
    });
    await this.adopt(jms);
  }

  private async adopt(access: JmsAccess | null): Promise<void> {
    adoptNextIdentity(this.parts.home);
    this.parts.secrets.refresh();
    await this.parts.adopted(access);
  }
}
