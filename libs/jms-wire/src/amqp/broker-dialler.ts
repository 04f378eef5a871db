/**
 * Which broker of the list is dialled, and how? A random one, kept until it fails, then the others in turn; each
 * attempt on a fresh socket whose key is checked before the first byte (docs/protocol.md, JMS wire).
 */
import type { Fingerprint } from '@longshore/protocol';
import { connectPinned, type MinTlsVersion, PinMismatchError, type Via } from '@longshore/tls';
import { BrokerUnreachableError } from '../jms-errors';
import { BrokerConnection } from './broker-connection';
import { type BrokerCredential, openAmqp } from './open-amqp';

export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
  /** More than one while a broker's key is being replaced. */
  readonly fingerprints: readonly Fingerprint[];
}

export interface BrokerDialling {
  readonly brokers: readonly BrokerAddress[];
  readonly credential: BrokerCredential;
  readonly via?: Via;
  readonly minVersion?: MinTlsVersion;
  readonly onPinMismatch?: (mismatch: PinMismatchError) => void;
}

export class BrokerDialler {
  #brokers: readonly BrokerAddress[];
  #credential: BrokerCredential;
  #next: number;

  constructor(private readonly dialling: BrokerDialling) {
    this.#brokers = dialling.brokers;
    this.#credential = dialling.credential;
    this.#next = Math.floor(Math.random() * Math.max(1, dialling.brokers.length));
  }

  /** Another list from the next dial on, as a `welcome` may bring it. */
  useBrokers(brokers: readonly BrokerAddress[]): void {
    this.#brokers = brokers;
  }

  /** Another credential from the next dial on. */
  useCredential(credential: BrokerCredential): void {
    this.#credential = credential;
  }

  /** Tries each broker once. Rejects with the last problem. */
  async dial(signal?: AbortSignal): Promise<BrokerConnection> {
    let problem: unknown = new BrokerUnreachableError('the list of brokers is empty');
    for (let tried = 0; tried < this.#brokers.length; tried += 1) {
      const broker = this.#brokers[this.#next % this.#brokers.length] as BrokerAddress;
      try {
        return await this.#dialOne(broker, signal);
      } catch (cause) {
        if (cause instanceof PinMismatchError) this.dialling.onPinMismatch?.(cause);
        problem = cause;
        this.#next += 1;
      }
    }
    throw problem;
  }

  async #dialOne(
    { host, port, fingerprints }: BrokerAddress,
    signal: AbortSignal | undefined,
  ): Promise<BrokerConnection> {
    const { via, minVersion } = this.dialling;
    const credential = this.#credential;
    const { login } = credential;
    const socket = await connectPinned({
      host,
      port,
      isPinned: fingerprints,
      ...(login.by === 'certificate' ? { identity: login } : {}),
      ...(via === undefined ? {} : { via }),
      ...(minVersion === undefined ? {} : { minVersion }),
      ...(signal === undefined ? {} : { signal }),
    });
    const address = `${host}:${port}`;
    return new BrokerConnection(socket, await openAmqp(socket, address, credential), address);
  }
}
