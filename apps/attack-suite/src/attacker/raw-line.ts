/** A TLS line on which the attacker writes what it likes, byte by byte, and looks at whatever comes back. */
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';

const quietMs = 1_500;

export interface RawAnswer {
  /** Of each answer that came, in order. */
  readonly statuses: readonly number[];
  readonly text: string;
}

export function openRaw(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
    socket.once('error', reject).once('secureConnect', () => {
      socket.off('error', reject).on('error', () => undefined);
      resolve(socket);
    });
    socket.setTimeout(quietMs * 4, () => socket.destroy(new Error('nothing came')));
  });
}

/** Writes, and reads until the other end closes or says nothing more. */
export function say(socket: TLSSocket, text: string): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let answer = '';
    const done = (): void => {
      clearTimeout(quiet);
      socket.destroy();
      resolve({
        text: answer,
        statuses: [...answer.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, code]) => Number(code)),
      });
    };
    let quiet = setTimeout(done, quietMs);
    socket.on('data', (piece: Buffer) => {
      answer += piece.toString('latin1');
      clearTimeout(quiet);
      quiet = setTimeout(done, 200);
    });
    socket.once('close', done);
    socket.write(text);
  });
}

export async function sayTo(port: number, text: string, options: ConnectionOptions = {}): Promise<RawAnswer> {
  return say(await openRaw(port, options), text);
}

/** A request whose connection ends with the answer. */
export const aRequest = (method: string, target: string, headers: Readonly<Record<string, string>> = {}): string =>
  [
    `${method} ${target} HTTP/1.1`,
    ...Object.entries({ host: '127.0.0.1', connection: 'close', ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    ),
    '',
    '',
  ].join('\r\n');
