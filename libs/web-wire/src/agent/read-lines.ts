/**
 * Cuts a stream of bytes into lines of text, without ever holding more than one line and one chunk.
 *
 * A longer line than `maxBytes` is an error before it is complete, so that a peer cannot fill the memory. The next
 * chunk is read only when the consumer asks for the next line: back-pressure reaches the sender.
 */
import { MessageTooLargeError } from '@longshore/protocol';

const newline = 0x0a;

export async function* readLines(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<string> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  for await (const chunk of chunks) {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let end = rest.indexOf(newline); end !== -1; end = rest.indexOf(newline)) {
      if (heldBytes + end > maxBytes) throw new MessageTooLargeError(heldBytes + end);
      yield Buffer.concat([...held, rest.subarray(0, end)]).toString('utf8');
      held = [];
      heldBytes = 0;
      rest = rest.subarray(end + 1);
    }
    held.push(rest);
    heldBytes += rest.length;
    if (heldBytes > maxBytes) throw new MessageTooLargeError(heldBytes);
  }
}
