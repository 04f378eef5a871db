/** One worker's connection to the host: it proves the nonce, then its requests are answered as they are ready. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import { hostProtocolVersion, type HostHello, type HostRequest } from './host-message';
import { onEachLine, sayLine } from './line-stream';
import type { StepHost } from './step-host';

/** A connection that has not said `hello` by then is not one of ours. */
const helloWithinMs = 2_000;

export interface Admission {
  readonly nonce: string;
  readonly host: StepHost;
  /** Those that proved the nonce; they receive the notices. */
  readonly workers: Set<Socket>;
}

export function serveConnection(socket: Socket, { nonce, host, workers }: Admission): void {
  const tooLate = setTimeout(() => socket.destroy(), helloWithinMs);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    clearTimeout(tooLate);
    workers.delete(socket);
  });
  onEachLine(socket, (message) => {
    if (workers.has(socket)) {
      void answer(socket, host, message as HostRequest);
    } else if (provesNonce(message as HostHello, nonce)) {
      clearTimeout(tooLate);
      workers.add(socket);
      sayLine(socket, { kind: 'welcome', hostPid: process.pid });
    } else {
      socket.destroy();
    }
  });
}

async function answer(socket: Socket, host: StepHost, request: HostRequest): Promise<void> {
  try {
    sayLine(socket, await host.answer(request));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    sayLine(socket, { kind: 'refused', id: request.id, problem });
  }
}

function provesNonce(hello: HostHello, nonce: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const isHello = hello.kind === 'hello' && hello.v === hostProtocolVersion && typeof hello.nonce === 'string';
  return isHello && timingSafeEqual(digest(hello.nonce), digest(nonce));
}
