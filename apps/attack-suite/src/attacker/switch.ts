/** Who answers at this address? Whoever the attacker on the line lets answer: the real peer, a rogue, or nobody. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class Switch {
  readonly #lines = new Set<Socket>();
  #target: number | null = null;

  private constructor(private readonly server: Server) {
    server.on('connection', (line: Socket) => this.#carry(line));
  }

  static async open(): Promise<Switch> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new Switch(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Null: everybody is turned away. What is open ends, so that everybody dials anew. */
  pointTo(target: number | null): void {
    this.#target = target;
    for (const line of this.#lines) line.destroy();
  }

  async close(): Promise<void> {
    this.pointTo(null);
    await new Promise((closed) => this.server.close(closed));
  }

  #carry(line: Socket): void {
    if (this.#target === null) return void line.destroy();
    const far = connect(this.#target, '127.0.0.1');
    for (const [from, to] of [[line, far] as const, [far, line] as const]) {
      this.#lines.add(from);
      from
        .on('error', () => to.destroy())
        .on('close', () => {
          this.#lines.delete(from);
          to.destroy();
        });
      from.pipe(to);
    }
  }
}
