/**
 * How is one call made? With the `fetch` that was given (a browser's, or one whose connections are pinned), the
 * answer read through its schema, and every refusal turned into an error that keeps the server's words.
 */
import { problemSchema } from '@longshore/protocol';
import type { z } from 'zod';
import { ApiAnswerInvalidError, ApiRefusedError, ApiUnreachableError } from './api-errors';

export type Fetch = (url: string, init: FetchInit) => Promise<FetchAnswer>;

/** The part of `RequestInit` that is used: what the browser's fetch, Node's and undici's have in common. */
export interface FetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** The part of `Response` that is used. */
export interface FetchAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array> | ByteStream | null;
  text(): Promise<string>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

export interface ByteStream {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
    cancel(): Promise<void>;
  };
}

export interface ApiLinkOptions {
  readonly fetch: Fetch;
  /** `https://host:port` without a path; empty in the console, which calls the server that it came from. */
  readonly server: string;
  /** API or session token; null where the session cookie speaks. */
  readonly token: string | null;
}

export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

export class ApiLink {
  constructor(private readonly options: ApiLinkOptions) {}

  /** Throws ApiRefusedError, ApiUnreachableError, ApiAnswerInvalidError, or the signal's reason. */
  async ask<Schema extends z.ZodType>(call: ApiCall, schema: Schema): Promise<z.output<Schema>> {
    const answer = await this.open(call);
    const text = await this.#read(call, () => answer.text());
    const parsed = schema.safeParse(parseJson(nameOf(call), text));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const problem = `${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'it is wrong'}`;
    throw new ApiAnswerInvalidError(nameOf(call), problem, { cause: parsed.error });
  }

  /** For calls whose answer says nothing. */
  async tell(call: ApiCall): Promise<void> {
    const answer = await this.open(call);
    await this.#read(call, () => answer.text());
  }

  async bytes(
    call: ApiCall,
  ): Promise<{ readonly bytes: Uint8Array; readonly header: (name: string) => string | null }> {
    const answer = await this.open(call);
    const bytes = new Uint8Array(await this.#read(call, () => answer.arrayBuffer()));
    return { bytes, header: (name) => answer.headers.get(name) };
  }

  /** The answer with its body unread; a refusal has been thrown already. */
  async open(call: ApiCall): Promise<FetchAnswer> {
    const answer = await this.#read(call, () => this.options.fetch(this.#url(call), this.#init(call)));
    if (!answer.ok) throw refusal(answer.status, await this.#read(call, () => answer.text()));
    return answer;
  }

  #url({ path, query = {} }: ApiCall): string {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
    const text = search.toString();
    return `${this.options.server}${path}${text === '' ? '' : `?${text}`}`;
  }

  #init({ method, body, signal }: ApiCall): FetchInit {
    return {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.options.token === null ? {} : { authorization: `Bearer ${this.options.token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    };
  }

  async #read<T>(call: ApiCall, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (cause) {
      call.signal?.throwIfAborted();
      throw new ApiUnreachableError(this.options.server === '' ? 'the server' : this.options.server, { cause });
    }
  }
}

function nameOf({ method, path }: ApiCall): string {
  return `${method} ${path}`;
}

function parseJson(request: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new ApiAnswerInvalidError(request, 'it is not JSON', { cause });
  }
}

/** A refusal that is not in our form came from something in between; its status is all there is to tell. */
function refusal(status: number, text: string): ApiRefusedError {
  try {
    const { code, message, field } = problemSchema.parse(JSON.parse(text)).error;
    return new ApiRefusedError({ status, code, message, field: field ?? null });
  } catch {
    return new ApiRefusedError({
      status,
      code: `HTTP_${status}`,
      message: `the server answered ${status}`,
      field: null,
    });
  }
}
