/**
 * How does a command answer? For people in sentences on standard output, with `--json` one JSON object; problems go to
 * standard error in the same two forms. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the agent is not running.
 */
import { describeProblem } from './describe-problem';

export const exitCodes = { done: 0, failed: 1, usage: 2, stopped: 3 } as const;

export interface Answer {
  readonly text: string;
  readonly json: object;
  readonly exitCode?: number;
}

/** Runs one command to its answer and says it. */
export async function answerWith(command: () => Promise<Answer>, asJson: boolean): Promise<void> {
  try {
    const { text, json, exitCode } = await command();
    process.stdout.write(`${asJson ? JSON.stringify(json) : text}\n`);
    process.exitCode = exitCode ?? exitCodes.done;
  } catch (cause) {
    const problem = describeProblem(cause);
    process.stderr.write(`${asJson ? JSON.stringify({ error: problem }) : `longshore-agent: ${problem.message}`}\n`);
    process.exitCode = problem.code === 'INPUT_INVALID' ? exitCodes.usage : exitCodes.failed;
  }
}
