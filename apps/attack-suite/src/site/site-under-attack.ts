/** The product's own programs, started once for all attacks; the weakened ones are started by the attack that needs them. */
import { rmSync } from 'node:fs';
import { Switch } from '../attacker/switch';
import { stopLeftOvers } from './child';
import { weakenedFolder, type Weakening } from './programs';
import { Site, type SiteFacts } from './site';

/** The lines between agents and the product, as somebody on the network holds them. */
export interface Lines {
  readonly first: Switch;
  readonly second: Switch;
  readonly broker: Switch;
  putRight(): void;
}

let product: Site | null = null;
let lines: Lines | null = null;
let isStopping = false;
const weakened = new Map<string, Promise<Site>>();
const started: Site[] = [];

/** In the order in which attacks ask for them; each is started while the attacks before it are carried out. */
const soonNeeded: readonly Weakening[] = [
  ...(['tls-floor', 'trusted-peers', 'agent-proof', 'broker-permissions', 'install-token'] as const),
  ...(['access-guard', 'request-log', 'message-signature', 'inbound-check', 'gateway-intake'] as const),
  ...(['re-pinning', 'agent-key-move', 'chain-door'] as const),
];
const withBroker: ReadonlySet<Weakening> = new Set([
  ...(['broker-permissions', 'message-signature', 'inbound-check', 'gateway-intake'] as const),
]);

export async function startProduct(): Promise<void> {
  rmSync(weakenedFolder, { recursive: true, force: true });
  const [first, second, broker] = [await Switch.open(), await Switch.open(), await Switch.open()];
  const addresses = {
    gateways: [first, second].map(({ port }) => `https://127.0.0.1:${port}`),
    brokers: [`127.0.0.1:${broker.port}`],
  };
  const site = await Site.start({ weakening: null, withBroker: true, logLevel: 'debug', ...addresses });
  const putRight = (): void => {
    for (const line of [first, second]) line.pointTo(site.facts.gatewayPort);
    broker.pointTo(site.facts.broker?.port ?? null);
  };
  putRight();
  lines = { first, second, broker, putRight };
  product = site;
  void startInTurn();
}

/** One after the other: a machine with two cores has the attack itself to carry out. */
async function startInTurn(): Promise<void> {
  for (const weakening of soonNeeded) if (!isStopping) await weakSite(weakening).catch(() => undefined);
}

export function linesOf(): Lines {
  if (lines === null) throw new Error('the site is not started');
  return lines;
}

/** The server's process ends and another one takes its place. */
export async function restartServer(): Promise<void> {
  await product?.restart();
}

export function realSite(): SiteFacts {
  if (product === null) throw new Error('the site is not started');
  return product.facts;
}

/** True as long as the server that was started first still runs: nothing may make it crash. */
export const isAlive = (): boolean => product?.isRunning === true;

/** The faults that the server wrote down since the last question, by their messages: an attack must not cause any. */
export function takeFaults(): readonly string[] {
  const lines = (product?.output ?? '').split('\n').filter((line) => /^\{"level":[56]0,/.test(line));
  const fresh = lines.filter((line) => !seen.has(line));
  fresh.forEach((line) => seen.add(line));
  return fresh.map((line) => line.slice(0, 400));
}
const seen = new Set<string>();

/** A site with that one defence switched off, the same for all attacks that it is the control of. */
export async function weakSite(weakening: Weakening): Promise<SiteFacts> {
  const starting = weakened.get(weakening) ?? Site.start({ weakening, withBroker: withBroker.has(weakening) });
  weakened.set(weakening, starting);
  const site = await starting;
  started.push(site);
  return site.facts;
}

/** All that the server of this site has written. */
export const outputOf = ({ folder }: SiteFacts): string =>
  [product, ...started].find((site) => site?.facts.folder === folder)?.output ?? '';

export async function stopAll(): Promise<void> {
  isStopping = true;
  const sites = await Promise.allSettled([...weakened.values()]);
  await Promise.all(
    [product, ...sites.map((site) => (site.status === 'fulfilled' ? site.value : null))].map((site) => site?.stop()),
  );
  await stopLeftOvers();
  for (const line of [lines?.first, lines?.second, lines?.broker]) await line?.close();
  rmSync(weakenedFolder, { recursive: true, force: true });
}

export const serverPid = (): number => product?.serverPid ?? 0;
