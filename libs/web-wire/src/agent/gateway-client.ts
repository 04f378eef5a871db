/**
 * The agent's HTTPS leg, for both agent types: one method per path of the gateway contract (docs/protocol.md, Web
 * wire). Every connection is pinned before its first byte, and each request shows the agent's API key.
 *
 * Each call makes one attempt at one gateway. What to do next stands in the error: `retry` later (another gateway of
 * the list is next then), or `give-up`.
 */
import { z } from 'zod';
import {
  type AttemptId,
  type CommandMessage,
  type EnrolAnswer,
  enrolAnswerSchema,
  type EnrolRequest,
  type EventMessage,
  type EventsAnswer,
  eventsAnswerSchema,
  gatewayPaths,
  type LogAnswer,
  logAnswerSchema,
  type LogStream,
  type MoveIdentity,
  type MoveIdentityAnswer,
  moveIdentityAnswerSchema,
  parseWith,
  problemSchema,
  type RePinAnswer,
  rePinAnswerSchema,
  type RePinRequest,
  timeouts,
  type TrustAnswer,
  trustAnswerSchema,
} from '@longshore/protocol';
import { fetchChain, type PinnedConnection } from '@longshore/tls';
import {
  GatewayPinRefusedError,
  GatewayRefusedError,
  GatewayUnreachableError,
  LogOffsetConflictError,
} from '../gateway-errors';
import { type CommandsRefused, readCommands } from './read-commands';
import { batchEvents } from './batch-events';
import { GatewayChoice } from './gateway-choice';
import { type GatewayAnswer, GatewayLine } from './gateway-line';
import { findPinMismatch } from './pin-refusal';

export interface GatewayClientOptions {
  readonly gateways: GatewayChoice;
  /** Pin, own identity and, where needed, a proxy. */
  readonly connection: PinnedConnection;
  /** Read for each request, because an operator may put another one in place; left out for an enrolment. */
  readonly apiKey?: () => string;
  /** How long the command stream may be silent; the gateway writes at least one blank line per heartbeat. */
  readonly silenceMs?: number;
}

export interface LogPiece {
  readonly attemptId: AttemptId;
  readonly stream: LogStream;
  /** Where in the log the piece begins, in bytes. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface CommandsFrom {
  readonly after: number;
  readonly epoch: number;
}

interface Call {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal | undefined;
}

export class GatewayClient {
  readonly gateways: GatewayChoice;
  readonly #line: GatewayLine;
  #lastRoundTripAt: number | null = null;

  constructor(private readonly options: GatewayClientOptions) {
    this.gateways = options.gateways;
    const { connection, silenceMs = timeouts.heartbeatMs * timeouts.heartbeatsUntilLost } = options;
    this.#line = new GatewayLine(connection, silenceMs);
  }

  /** Monotonic age of the last answer of any kind; null before the first. */
  get lastRoundTripAgeMs(): number | null {
    return this.#lastRoundTripAt === null ? null : performance.now() - this.#lastRoundTripAt;
  }

  async enrol(enrolment: EnrolRequest): Promise<EnrolAnswer> {
    return this.#ask({ ...jsonBody(enrolment), method: 'POST', path: gatewayPaths.enrol }, enrolAnswerSchema);
  }

  /** Header of every request and of the WebSocket's handshake. */
  get authorization(): Readonly<Record<string, string>> {
    const { apiKey } = this.options;
    return apiKey === undefined ? {} : { authorization: `Bearer ${apiKey()}` };
  }

  /** Pins the key of this connection anew for the agent that the API key belongs to, if its pin was forgotten. */
  async rePin(request: RePinRequest): Promise<RePinAnswer> {
    return this.#ask({ ...jsonBody(request), method: 'POST', path: gatewayPaths.rePin }, rePinAnswerSchema);
  }

  /** What an agent that missed an announcement has to know: chain, gateways, brokers, client certificate. */
  async fetchTrust(): Promise<TrustAnswer> {
    return this.#ask({ method: 'GET', path: gatewayPaths.trust }, trustAnswerSchema);
  }

  /** Moves the pin of this agent to another key, or renews its certificate. */
  async moveIdentity(move: MoveIdentity): Promise<MoveIdentityAnswer> {
    return this.#ask({ ...jsonBody(move), method: 'POST', path: gatewayPaths.identity }, moveIdentityAnswerSchema);
  }

  /** Links of the server's rotation chain, oldest first, as the current gateway hands them out: nothing proves them yet. */
  async fetchChain(signal?: AbortSignal): Promise<readonly string[]> {
    const gateway = this.gateways.current;
    const { minVersion } = this.options.connection;
    try {
      return await fetchChain(gateway, { ...(minVersion && { minVersion }), ...(signal && { signal }) });
    } catch (cause) {
      this.gateways.failed(gateway);
      throw cause;
    }
  }

  /** Every request from now on is dialled anew, with the identity of then. */
  closeConnections(): void {
    this.#line.closeConnections();
  }

  async ping(): Promise<void> {
    await this.#ask({ method: 'GET', path: gatewayPaths.ping }, z.unknown());
  }

  /** Resolves when the server's store has them; in several requests where they are too many for one. */
  async postEvents(messages: readonly EventMessage[], signal?: AbortSignal): Promise<EventsAnswer> {
    const merged: EventsAnswer = { acks: [], refused: [] };
    for (const batch of batchEvents(messages)) {
      const body = `{"messages":[${batch.join(',')}]}`;
      const headers = { 'content-type': 'application/json' };
      const call = { method: 'POST', path: gatewayPaths.events, body, headers, signal } as const;
      const { acks, refused } = await this.#ask(call, eventsAnswerSchema);
      merged.acks = [...merged.acks.filter(({ stream }) => !acks.some((ack) => ack.stream === stream)), ...acks];
      merged.refused.push(...refused);
    }
    return merged;
  }

  /** Throws LogOffsetConflictError when the server's copy ends elsewhere. */
  async putLog({ attemptId, stream, offset, bytes }: LogPiece, signal?: AbortSignal): Promise<LogAnswer> {
    const headers = {
      'content-type': 'application/octet-stream',
      'content-range': `bytes ${offset}-${offset + bytes.length - 1}/*`,
    };
    const path = gatewayPaths.log(attemptId, stream);
    const { status, text } = await this.#exchange({ method: 'PUT', path, body: bytes, headers, signal });
    if (status === 409) throw new LogOffsetConflictError(parseWith(logAnswerSchema, parseJson(text)).length);
    if (status !== 200) throw this.#refusal(status, text);
    return parseWith(logAnswerSchema, parseJson(text));
  }

  /**
   * Reads commands as they come until the stream ends (resolves), breaks (GatewayUnreachableError) or the signal
   * aborts it (resolves). Awaits `onMessage` before it reads on; what that throws ends the stream and is thrown.
   */
  async fetchCommands(
    { after, epoch }: CommandsFrom,
    to: { readonly onMessage: (message: CommandMessage) => Promise<void>; readonly onRefused: CommandsRefused },
    signal: AbortSignal,
  ): Promise<void> {
    const path = `${gatewayPaths.commands}?after=${after}&epoch=${epoch}`;
    const { status, body } = await this.#send({ method: 'GET', path, signal });
    if (status !== 200) throw this.#refusal(status, await body.text());
    try {
      await readCommands(body, { ...to, onLine: () => (this.#lastRoundTripAt = performance.now()) }, signal);
    } catch (cause) {
      throw this.#problem(cause);
    } finally {
      await body.close();
    }
  }

  async close(): Promise<void> {
    this.#line.close();
  }

  async #ask<S extends z.ZodType>(call: Call, schema: S): Promise<z.infer<S>> {
    const { status, text } = await this.#exchange(call);
    if (status < 200 || status > 299) throw this.#refusal(status, text);
    return parseWith(schema, parseJson(text));
  }

  async #exchange(call: Call): Promise<{ readonly status: number; readonly text: string }> {
    const timeout = AbortSignal.timeout(timeouts.requestMs);
    const signal = call.signal === undefined ? timeout : AbortSignal.any([timeout, call.signal]);
    const { status, body } = await this.#send({ ...call, signal });
    try {
      return { status, text: await body.text() };
    } catch (cause) {
      throw this.#problem(cause);
    }
  }

  async #send({ path, headers, ...call }: Call): Promise<GatewayAnswer> {
    const gateway = this.gateways.current;
    const shown = { ...headers, ...this.authorization };
    try {
      const answer = await this.#line.send({ ...call, url: `${gateway}${path}`, headers: shown });
      this.#lastRoundTripAt = performance.now();
      return answer;
    } catch (cause) {
      this.gateways.failed(gateway);
      throw this.#problem(cause);
    }
  }

  #problem(cause: unknown): Error {
    const mismatch = findPinMismatch(cause);
    if (mismatch !== null) return new GatewayPinRefusedError(mismatch.peer, { cause: mismatch });
    const isOfTheLine =
      cause instanceof Error &&
      /^(ECONN|EPIPE|HPE_|ERR_STREAM_PREMATURE_CLOSE|PEER_|TLS_|CONNECT_)/.test(codeOf(cause));
    if (isOfTheLine || (cause instanceof DOMException && cause.name === 'TimeoutError')) {
      return new GatewayUnreachableError(cause.message, { cause });
    }
    return cause instanceof Error ? cause : new GatewayUnreachableError(String(cause), { cause });
  }

  /** A gateway that is overloaded, starting or behind a confused balancer is not a refusal. */
  #refusal(status: number, text: string): GatewayRefusedError | GatewayUnreachableError {
    const problem = problemSchema.safeParse(parseJson(text));
    if (status >= 500 || status === 429) return new GatewayUnreachableError(`it answered ${status}`);
    if (!problem.success) return new GatewayRefusedError(status, `HTTP_${status}`, `status ${status}`);
    const { code, message, field } = problem.data.error;
    return new GatewayRefusedError(status, code, message, field ?? null);
  }
}

function jsonBody(value: unknown): Pick<Call, 'body' | 'headers'> & { readonly body: string } {
  return { body: JSON.stringify(value), headers: { 'content-type': 'application/json' } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function codeOf(cause: Error): string {
  return 'code' in cause ? String(cause.code) : '';
}
