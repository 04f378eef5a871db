/** Colours that repeat what a word says. */
import { assertNever } from '@longshore/protocol';
import type { AgentConnection, RunState } from '@longshore/rest-contract';

const codes = { red: 31, green: 32, yellow: 33, blue: 34, cyan: 36, dim: 2, bold: 1 } as const;
export type Colour = keyof typeof codes;
export type Paint = (colour: Colour, text: string) => string;

export function createPaint({ hasColour }: { readonly hasColour: boolean }): Paint {
  return (colour, text) => (hasColour && text !== '' ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text);
}

export function colourOfRun(state: RunState): Colour {
  switch (state) {
    case 'running':
      return 'blue';
    case 'succeeded':
      return 'green';
    case 'failed':
      return 'red';
    case 'cancelled':
      return 'yellow';
    default:
      return assertNever(state);
  }
}

export function colourOfConnection(connection: AgentConnection): Colour {
  if (connection === 'online') return 'green';
  return connection === 'offline' || connection === 'error' ? 'red' : 'yellow';
}
