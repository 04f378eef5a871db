/**
 * Which gateway of the list is used? A random one, so that a fleet spreads, kept until it fails; both legs share the
 * choice, so that status speaks of one server (docs/protocol.md, Web wire).
 */
export class GatewayChoice {
  #index: number;

  constructor(private gateways: readonly string[]) {
    this.#index = Math.floor(Math.random() * Math.max(1, gateways.length));
  }

  get current(): string {
    const gateway = this.gateways[this.#index % this.gateways.length];
    if (gateway === undefined) throw new TypeError('the list of gateways is empty');
    return gateway.replace(/\/$/, '');
  }

  /** The one that is in use stays if the new list holds it. */
  useGateways(gateways: readonly string[]): void {
    const kept = gateways.indexOf(this.gateways[this.#index % this.gateways.length] ?? '');
    this.gateways = gateways;
    this.#index = kept === -1 ? Math.floor(Math.random() * Math.max(1, gateways.length)) : kept;
  }

  /** Moves on, unless somebody else has moved on from it already. */
  failed(gateway: string): void {
    if (this.current === gateway) this.#index += 1;
  }
}
