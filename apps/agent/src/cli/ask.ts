/** Questions to a person at a terminal; null where there is none, or where `--yes` says that nothing is to be asked. */
import { createInterface } from 'node:readline/promises';
import type { Ask } from '../enrolment/install-order';

export function askAt(terminal: { readonly isTTY?: boolean }, nothingToAsk: boolean): Ask {
  if (nothingToAsk || terminal.isTTY !== true) return async () => null;
  return async (question, preset) => {
    const prompt = createInterface({ input: process.stdin, output: process.stderr });
    try {
      const answer = await prompt.question(`${question}${preset === undefined ? '' : ` [${preset}]`}: `);
      return answer.trim() === '' ? (preset ?? null) : answer.trim();
    } finally {
      prompt.close();
    }
  };
}
