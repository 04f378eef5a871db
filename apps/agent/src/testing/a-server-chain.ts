/** The keys of a server and its rotation chain, which can be moved on, or forked by a thief. */
import {
  type ChainStatement,
  type Identity,
  createChainHead,
  createChainMove,
  createIdentity,
  createSigner,
  verifyChain,
} from '@longshore/pinning';
import { serverIdSchema } from '@longshore/protocol';

export const aServerId = serverIdSchema.parse('00000000-0000-4000-8000-000000000001');
export const aServerKey = (): Identity => createIdentity({ kind: 'server', id: 's' });
export const signerOfKey = ({ privateKeyPem }: Identity) => createSigner(privateKeyPem);

export class AServerChain {
  private constructor(
    readonly links: string[],
    private keys: { current: Identity; next: Identity },
  ) {}

  static async create(): Promise<AServerChain> {
    const keys = { current: aServerKey(), next: aServerKey() };
    const signer = signerOfKey(keys.current);
    const head = await createChainHead({ serverId: aServerId, signer, nextCommitment: keys.next.fingerprint });
    return new AServerChain([head], keys);
  }

  get current(): Identity {
    return this.keys.current;
  }

  get head(): string {
    return this.links.at(-1) ?? '';
  }

  get pin() {
    const { current, next } = this.keys;
    return { current: current.fingerprint, next: next.fingerprint, chainHead: this.head };
  }

  async rotate(): Promise<void> {
    const { current, next } = this.keys;
    const after = aServerKey();
    this.links.push(await this.moveTo(next, after));
    this.keys = { current: next, next: after };
    if (current.fingerprint === next.fingerprint) throw new Error('the key did not move');
  }

  /** What somebody can write who holds the current key and nothing else. */
  async fork(thief: Identity): Promise<string[]> {
    return [...this.links, await this.moveTo(thief, aServerKey())];
  }

  private async moveTo(to: Identity, after: Identity): Promise<string> {
    const from = { statement: await this.statement(), signer: signerOfKey(this.keys.current) };
    return createChainMove({ from, to: signerOfKey(to), nextCommitment: after.fingerprint });
  }

  private async statement(): Promise<ChainStatement> {
    const verdict = await verifyChain({ fingerprint: this.keys.current.fingerprint }, [this.head]);
    if (verdict.verdict === 'refused') throw new Error(verdict.reason);
    return verdict.statement;
  }
}
