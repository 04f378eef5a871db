/** One JSON object per line on a socket: how lines are cut from what arrives, and what is too long to be one. */
import type { Socket } from 'node:net';

/** A `start` carries an environment; the script itself stands in a file. */
const longestLineBytes = 4 * 1024 * 1024;

/** A line that is no JSON, or too long, ends the connection: both ends are ours, so it is a fault. */
export function onEachLine(socket: Socket, take: (message: unknown) => void): void {
  let pieces: string[] = [];
  let pendingBytes = 0;
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const lines = text.split('\n');
    const unfinished = lines.pop() ?? '';
    for (const line of lines) {
      const whole = pieces.join('') + line;
      pieces = [];
      pendingBytes = 0;
      try {
        take(JSON.parse(whole));
      } catch {
        socket.destroy();
        return;
      }
    }
    pieces.push(unfinished);
    pendingBytes += unfinished.length;
    if (pendingBytes > longestLineBytes) socket.destroy();
  });
}

export function sayLine(socket: Socket, message: object): void {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
}
