/**
 * How does the server ask RabbitMQ's management API? With its credential in a header (never in a URL, so in no error
 * message either), JSON both ways, a timeout on everything.
 */
import { request } from 'undici';
import { brokerTimeouts } from '../broker-timeouts';
import { BrokerManagementFailedError } from '../jms-errors';

export interface BrokerManagementAccess {
  /** `http://` on loopback or `https://`; a user and password in it are taken as the credential. */
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
}

type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';

export class BrokerManagement {
  readonly #origin: string;
  readonly #authorization: string;

  constructor({ url, user, password }: BrokerManagementAccess) {
    const parsed = new URL(url);
    const name = user ?? decodeURIComponent(parsed.username);
    const secret = password ?? decodeURIComponent(parsed.password);
    this.#origin = `${parsed.origin}${parsed.pathname.replace(/\/$/, '')}/api`;
    this.#authorization = `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`;
  }

  /** The whole of a collection or one object; null where there is none. */
  async read<T>(path: readonly string[], query = ''): Promise<T | null> {
    const { status, text } = await this.#ask('GET', path, { query });
    if (status === 404) return null;
    this.#expectSuccess(status, 'GET', path);
    return JSON.parse(text) as T;
  }

  async write(method: 'PUT' | 'POST', path: readonly string[], body: unknown): Promise<void> {
    const { status } = await this.#ask(method, path, { body });
    this.#expectSuccess(status, method, path);
  }

  /** Deleting what is gone already is normal. */
  async delete(path: readonly string[]): Promise<void> {
    const { status } = await this.#ask('DELETE', path, {});
    if (status !== 404) this.#expectSuccess(status, 'DELETE', path);
  }

  async #ask(
    method: Method,
    path: readonly string[],
    { body, query = '' }: { readonly body?: unknown; readonly query?: string },
  ): Promise<{ readonly status: number; readonly text: string }> {
    try {
      const answer = await request(`${this.#origin}/${path.map(encodeURIComponent).join('/')}${query}`, {
        method,
        headers: { authorization: this.#authorization, 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(brokerTimeouts.managementMs),
      });
      return { status: answer.statusCode, text: await answer.body.text() };
    } catch (cause) {
      throw new BrokerManagementFailedError(null, `no answer to ${method} ${path[0]}`, { cause });
    }
  }

  #expectSuccess(status: number, method: Method, path: readonly string[]): void {
    if (status < 200 || status > 299) {
      throw new BrokerManagementFailedError(status, `${method} ${path.join('/')} was answered with ${status}`);
    }
  }
}
