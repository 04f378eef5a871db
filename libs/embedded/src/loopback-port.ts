/**
 * Which port may an internal listener take? One below the range from which the kernel serves outgoing connections,
 * so that it is still free at the next start, and as a rule the one it had before.
 */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { PortUnavailableError } from './embedded-errors';

const loopback = '127.0.0.1';
const lowest = 20_100;
const highest = 32_000;

/** A killed process counts as gone when its first thread is, and gives its ports back when its last one is. */
const patienceMs = 2_000;
const lookEveryMs = 50;

/** Throws PortUnavailableError, in the name of the service that was to listen there. */
export async function requirePort(port: number, host: string, service: string): Promise<void> {
  for (const giveUpAtMs = performance.now() + patienceMs; ; await pause(lookEveryMs)) {
    const problem = await tryPort(port, host);
    if (problem === undefined) return;
    if (problem !== 'EADDRINUSE' || performance.now() > giveUpAtMs) {
      throw new PortUnavailableError(port, service, problem);
    }
  }
}

export async function isPortFree(port: number, host: string): Promise<boolean> {
  return (await tryPort(port, host)) === undefined;
}

/** The system's code for what is wrong (`EADDRINUSE`), or undefined where the port is free. */
function tryPort(port: number, host: string): Promise<string | undefined> {
  return new Promise((settle) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => settle(error.code ?? error.message));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => settle(undefined)));
  });
}

/** `preferred` is the port of the last start; a taken one is replaced silently, because nobody outside knows it. */
export async function choosePort(preferred?: number): Promise<number> {
  if (preferred && (await isPortFree(preferred, loopback))) return preferred;
  for (;;) {
    const port = randomInt(lowest, highest);
    if (await isPortFree(port, loopback)) return port;
  }
}
