/**
 * How does an agent whose pin no longer fits learn the server's key? It asks the agent port for ALPN
 * `longshore-chain`, says nothing, and is given the chain of keys (docs/protocol.md, The chain of server keys).
 *
 * No pin guards such a connection and nobody is proved on it, so it has a door of its own before HTTP: nothing that it
 * sends is read, and both its time and its number are bounded.
 */
import type { Server } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { type ChainDocument, chainProtocol } from '@longshore/protocol';

export interface ChainDoorLimits {
  /** From the end of the handshake until the peer has taken all and closed. */
  readonly patienceMs: number;
  /** At a time. After a rotation many agents may come from behind one address. */
  readonly perAddress: number;
  readonly inTotal: number;
}

const usualLimits: ChainDoorLimits = { patienceMs: 10_000, perAddress: 64, inTotal: 1_024 };

const leaveWithinMs = 1_000;

export class ChainDoor {
  readonly #open = new Set<TLSSocket>();
  readonly #byAddress = new Map<string, number>();
  #shut = false;
  #written: { readonly chain: readonly string[]; readonly text: string } | null = null;

  constructor(
    private readonly chain: () => readonly string[],
    private readonly limits: ChainDoorLimits = usualLimits,
  ) {}

  /** Stands before the server's own reader; only connections of other protocols reach it. */
  openOn(server: Server): void {
    const served = server.listeners('secureConnection');
    server.removeAllListeners('secureConnection');
    server.on('secureConnection', (socket: TLSSocket) => {
      if (socket.alpnProtocol === chainProtocol) return this.#give(socket);
      for (const listener of served) Reflect.apply(listener, server, [socket]);
    });
  }

  /** Ends what is open or still on its way in, as HTTP's own connections are ended when the server stops. */
  cutOff(): void {
    this.#shut = true;
    for (const socket of this.#open) socket.destroy();
  }

  #give(socket: TLSSocket): void {
    socket.on('error', () => socket.destroy());
    if (!this.#admit(socket)) return void socket.destroy();
    const patience = setTimeout(() => socket.destroy(), this.limits.patienceMs);
    socket.once('close', () => clearTimeout(patience));
    socket.on('data', () => socket.destroy());
    // Who has all of it and does not leave takes a place from others.
    socket.once('finish', () => setTimeout(() => socket.destroy(), leaveWithinMs).unref());
    socket.end(this.#text());
  }

  #admit(socket: TLSSocket): boolean {
    const address = socket.remoteAddress ?? '';
    const open = this.#byAddress.get(address) ?? 0;
    if (this.#shut || open >= this.limits.perAddress || this.#open.size >= this.limits.inTotal) return false;
    this.#byAddress.set(address, open + 1);
    this.#open.add(socket);
    socket.once('close', () => this.#leave(socket, address));
    return true;
  }

  #leave(socket: TLSSocket, address: string): void {
    const open = (this.#byAddress.get(address) ?? 1) - 1;
    if (open > 0) this.#byAddress.set(address, open);
    else this.#byAddress.delete(address);
    this.#open.delete(socket);
  }

  /** Written once for each chain. */
  #text(): string {
    const chain = this.chain();
    if (this.#written?.chain !== chain) {
      const document: ChainDocument = { links: [...chain] };
      this.#written = { chain, text: JSON.stringify(document) };
    }
    return this.#written.text;
  }
}
