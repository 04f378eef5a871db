/**
 * The first contact: keys are made on this host, the server's key is checked before the first byte, then the agent
 * introduces itself and gets its id (docs/protocol.md, Enrolment).
 */
import type { EnrolAnswer, Fingerprint } from '@longshore/protocol';
import {
  type Identity,
  type PinVerdict,
  type SealingKey,
  announceSealingKey,
  createIdentity,
  createSealingKey,
  createSigner,
  decidePin,
  verifyChain,
} from '@longshore/pinning';
import { GatewayChoice, GatewayClient } from '@longshore/web-wire';
import { agentIdSchema, LongshoreError, parseWith } from '@longshore/protocol';
import { agentFacts } from '../agent-facts';
import type { InstallOrder } from './install-order';

export interface Enrolled {
  readonly answer: EnrolAnswer;
  readonly identity: Identity;
  readonly sealingKey: SealingKey;
  /** The pin, and the commitment to the key after it. */
  readonly server: { readonly current: Fingerprint; readonly next: Fingerprint; readonly chainHead: string };
}

export class ChainHeadRefusedError extends LongshoreError {
  constructor(reason: string) {
    super('CHAIN_HEAD_REFUSED', 'stop', `the server's key statement does not fit its key: ${reason}`);
  }
}

export async function enrol({ type, name, gateways, token }: InstallOrder): Promise<Enrolled> {
  const identity = createIdentity({ kind: 'agent', id: name });
  const sealingKey = await createSealingKey();
  const contact = new FirstContact(token?.serverFingerprint ?? null);
  const client = new GatewayClient({
    gateways: new GatewayChoice(gateways.slice(0, 1)),
    connection: { isPinned: contact.isPinned, identity },
  });
  try {
    const answer = await client.enrol({
      type,
      name: parseWith(agentIdSchema, name, '--name'),
      token: token === null ? null : { id: token.tokenId, secret: token.secret },
      sealingKey: await announceSealingKey(sealingKey, createSigner(identity.privateKeyPem)),
      facts: agentFacts(),
    });
    return { answer, identity, sealingKey, server: await contact.pinFrom(answer) };
  } finally {
    await client.close();
  }
}

/** With a token its fingerprint is the pin from the start; without one the first key that answers becomes it. */
class FirstContact {
  constructor(private pinned: Fingerprint | null) {}

  isPinned = (presented: Fingerprint): PinVerdict => {
    const pins = this.pinned === null ? [] : [this.pinned];
    const verdict = decidePin({ pins, presented, firstContact: pins.length === 0 });
    if (verdict.verdict === 'first-contact') this.pinned = presented;
    return verdict;
  };

  async pinFrom({ chainHead, serverId }: EnrolAnswer): Promise<Enrolled['server']> {
    if (this.pinned === null) throw new ChainHeadRefusedError('no key was seen');
    const verdict = await verifyChain({ fingerprint: this.pinned }, [chainHead]);
    if (verdict.verdict === 'refused') throw new ChainHeadRefusedError(verdict.reason);
    const { current, nextCommitment: next, serverId: stated } = verdict.statement;
    if (stated !== serverId) throw new ChainHeadRefusedError('it is of another server');
    return { current, next, chainHead };
  }
}
