/**
 * What changed on the server just now? Server-sent events as an iterator over one connection; it ends when the
 * connection does, and what changed in between is then unknown: connect again and ask for everything once.
 *
 * Read through `fetch` instead of EventSource, so that console and CLI share it and a 401 is told as such.
 */
import { apiPaths, liveEventSchema, type LiveEvent } from '@longshore/rest-contract';
import type { ApiLink, FetchAnswer } from './api-link';

/** `connected` comes first, once per connection. */
export type LiveSign = { readonly topic: 'connected' } | LiveEvent;

export async function* readLiveEvents(link: ApiLink, signal?: AbortSignal): AsyncGenerator<LiveSign> {
  const answer = await link.open({ method: 'GET', path: apiPaths.live, signal });
  yield { topic: 'connected' };
  let rest = '';
  const decoder = new TextDecoder();
  for await (const bytes of piecesOf(answer)) {
    const blocks = (rest + decoder.decode(bytes, { stream: true })).replaceAll('\r\n', '\n').split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = parseBlock(block);
      if (event !== null) yield event;
    }
  }
}

/** Comments and topics of a later version are passed over. */
export function parseBlock(block: string): LiveEvent | null {
  const lines = block.split('\n').filter((line) => line.startsWith('data:'));
  if (lines.length === 0) return null;
  try {
    const text = lines.map((line) => line.slice('data:'.length).trim()).join('\n');
    return liveEventSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Not every browser lets a body be iterated. */
async function* piecesOf({ body }: FetchAnswer): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  if (!('getReader' in body)) return yield* body;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (value !== undefined) yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
