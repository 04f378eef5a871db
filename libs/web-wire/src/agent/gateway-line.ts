/**
 * One HTTPS request to a gateway, and its answer: how the bytes go, not what they mean. Node's own client on pinned
 * connections that are kept for the next request; an agent at rest must be small, and this costs it nothing.
 *
 * Two limits hold: `timeouts.requestMs` until the answer begins, and `silenceMs` between two pieces of its body. The
 * second counts only while we wait: a reader that takes its time is not a silent gateway.
 */
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { timeouts } from '@longshore/protocol';
import { type PinnedConnection, PinnedHttpAgent, PlaintextRefusedError } from '@longshore/tls';
import { GatewayUnreachableError } from '../gateway-errors';

export interface GatewayRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  /** Its reason is what an aborted request, or the reading of its answer, throws. */
  readonly signal?: AbortSignal | undefined;
}

export interface GatewayAnswer {
  readonly status: number;
  /** Must be read to its end or closed. */
  readonly body: AnswerBody;
}

/** Longer than a heartbeat, so that the pulse of an agent at rest needs no handshake. The gateway may say less. */
const keepAliveMs = 90_000;

export class GatewayLine {
  readonly #agent: PinnedHttpAgent;

  constructor(
    connection: PinnedConnection,
    private readonly silenceMs: number,
  ) {
    this.#agent = new PinnedHttpAgent(connection, { keepAliveMs });
  }

  async send({ method, url, headers, body, signal }: GatewayRequest): Promise<GatewayAnswer> {
    signal?.throwIfAborted();
    if (!url.startsWith('https:')) throw new PlaintextRefusedError(new URL(url).host);
    this.#agent.closeUnpinned();
    const message = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(url, { method, headers, agent: this.#agent });
      // Rejects by itself: a request that is still being dialled tells of its end only when the dialling ends.
      const giveUp = (reason: unknown): void => {
        sent.destroy(asError(reason));
        reject(asError(reason));
      };
      const timer = setTimeout(() => giveUp(silent(timeouts.requestMs)), timeouts.requestMs);
      const onAbort = (): void => giveUp(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      // Listens on after the answer began: what breaks then is thrown to the reader of the body as well.
      sent.on('error', reject).once('response', (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      sent.once('close', () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      });
      sent.end(body);
    });
    return { status: message.statusCode ?? 0, body: new AnswerBody(message, this.silenceMs, signal) };
  }

  closeConnections(): void {
    this.#agent.closeAll();
  }

  close(): void {
    this.#agent.destroy();
  }
}

export class AnswerBody {
  constructor(
    private readonly message: IncomingMessage,
    private readonly silenceMs: number,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** The next piece is read when it is asked for, which is how back-pressure reaches the gateway. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const { message, silenceMs } = this;
    const tooSilent = (): void => void message.destroy(silent(silenceMs));
    let timer = setTimeout(tooSilent, silenceMs);
    try {
      for await (const piece of message) {
        clearTimeout(timer);
        yield piece as Uint8Array;
        timer = setTimeout(tooSilent, silenceMs);
      }
    } catch (cause) {
      this.signal?.throwIfAborted();
      throw cause;
    } finally {
      clearTimeout(timer);
    }
  }

  async text(): Promise<string> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this) pieces.push(piece);
    return Buffer.concat(pieces).toString('utf8');
  }

  /** Resolves when the line is closed: an answer that was not read to its end would hold it for ever. */
  async close(): Promise<void> {
    const { message } = this;
    if (message.closed) return;
    const closed = new Promise<void>((resolve) => message.once('close', resolve));
    message.on('error', () => undefined).destroy();
    await closed;
  }
}

function silent(limitMs: number): GatewayUnreachableError {
  return new GatewayUnreachableError(`silent for ${limitMs} ms`);
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
