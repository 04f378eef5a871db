/**
 * The server shows something that this agent does not know: has it moved on, or is it somebody else? Asked of the
 * rotation chain, which anybody may hand out because it proves itself, and then, over a connection whose key is pinned,
 * of the server (docs/protocol.md, Identity and pins).
 *
 * One catch-up at a time, and after one that brought nothing a pause that doubles: whoever can make us doubt must not be
 * able to make us hammer the gateways. Never throws; a pin that nothing verifies stays.
 */
import { type PauseBounds, fullJitter } from '@longshore/agent-runtime';
import type { GatewayClient, GatewayRefusedError } from '@longshore/web-wire';
import type { ChainNews, ChainTrust } from './chain-trust';
import { isGatewayRefusal, isWrongGatewayKey } from './gateway-refusal';

/** What gave rise to it: a gateway's key, a signature of a message, or a broker's key or refusal. */
export type Doubt = 'gateway-key' | 'server-signature' | 'broker';

export type CaughtUp =
  /** Something is another than before. */
  | { readonly result: 'learnt' }
  | { readonly result: 'nothing-new' }
  /** The chain that was handed out does not lead on from the pin. */
  | { readonly result: 'refused'; readonly reason: string }
  /** The server is the right one, and does not want us. */
  | { readonly result: 'denied'; readonly refusal: GatewayRefusedError }
  | { readonly result: 'unreachable'; readonly reason: string }
  | { readonly result: 'too-soon' };

export type CatchUpClient = Pick<GatewayClient, 'fetchChain' | 'fetchTrust'>;

export interface CatchUpParts {
  readonly trust: Pick<ChainTrust, 'followChain' | 'takeAccess'>;
  readonly client: () => Promise<CatchUpClient>;
  readonly clock?: () => number;
  readonly bounds?: PauseBounds;
}

const defaultBounds: PauseBounds = { firstMs: 1_000, maxMs: 30_000 };

export class CatchUp {
  private running: Promise<CaughtUp> | null = null;
  private fruitless = 0;
  private notBeforeMs = -Infinity;

  constructor(private readonly parts: CatchUpParts) {}

  /** Who asks while one is under way gets its result. */
  async run(doubt: Doubt): Promise<CaughtUp> {
    this.running ??= this.runOnce(doubt).finally(() => (this.running = null));
    return this.running;
  }

  private async runOnce(doubt: Doubt): Promise<CaughtUp> {
    const { clock = () => performance.now(), bounds = defaultBounds } = this.parts;
    if (clock() < this.notBeforeMs) return { result: 'too-soon' };
    const caughtUp = await this.look(doubt).catch((cause: unknown): CaughtUp => resultOf(cause));
    // Who is denied has proved the server to be the right one; how often it asks is for the session to say.
    const isGood = caughtUp.result === 'learnt' || caughtUp.result === 'denied';
    this.fruitless = isGood ? 0 : this.fruitless + 1;
    // At least half of the bound: a jitter of nearly nothing would be no pause.
    const boundMs = fullJitter(this.fruitless, bounds, 0.5 + Math.random() / 2);
    this.notBeforeMs = this.fruitless === 0 ? -Infinity : clock() + boundMs;
    return caughtUp;
  }

  private async look(doubt: Doubt): Promise<CaughtUp> {
    if (doubt === 'broker') return this.askServer(false);
    const chain = await this.walkChain();
    if (chain.news === 'refused') return { result: 'refused', reason: chain.reason };
    // The chain ends at our pin: whoever holds the other key is not in it, and there is nothing to be asked.
    if (chain.news === 'unchanged' && doubt === 'gateway-key') return { result: 'nothing-new' };
    return this.askServer(chain.news === 'moved');
  }

  private async walkChain(): Promise<ChainNews> {
    const client = await this.parts.client();
    return this.parts.trust.followChain(await client.fetchChain());
  }

  private async askServer(moved: boolean): Promise<CaughtUp> {
    const { trust } = this.parts;
    const client = await this.parts.client();
    try {
      const answer = await client.fetchTrust();
      const chain = await trust.followChain(answer.statements);
      if (chain.news === 'refused') return { result: 'refused', reason: chain.reason };
      const isNews = await trust.takeAccess(answer);
      return { result: isNews || moved || chain.news === 'moved' ? 'learnt' : 'nothing-new' };
    } catch (cause) {
      if (moved) return { result: 'learnt' };
      if (!isWrongGatewayKey(cause)) throw cause;
      const chain = await this.walkChain();
      if (chain.news === 'refused') return { result: 'refused', reason: chain.reason };
      return chain.news === 'moved' ? this.askServer(true) : { result: 'nothing-new' };
    }
  }
}

function resultOf(cause: unknown): CaughtUp {
  if (isGatewayRefusal(cause)) return { result: 'denied', refusal: cause };
  return { result: 'unreachable', reason: cause instanceof Error ? cause.message : String(cause) };
}
