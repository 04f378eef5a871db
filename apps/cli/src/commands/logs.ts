/**
 * `logs`: what the steps of a run wrote, stdout to stdout and stderr to stderr. One log is given byte for byte;
 * several are told apart by `agent/step |`. With --json: one object per line of log.
 */
import type { Command } from 'commander';
import { z } from 'zod';
import { logStreamSchema } from '@longshore/protocol';
import type { Run } from '@longshore/rest-contract';
import { UsageInvalidError } from '../cli-errors';
import { withClient, type CommandContext } from '../command-context';
import type { Act, Bind } from '../bound-command';
import { copyLog, followRun } from '../run/follow-run';
import { lineWriter, prefixWriter, rawWriter, type LogWriter } from '../run/log-writer';
import { chosenItems, needsPrefix, startedLogs, type LogChoice, type LogSource } from '../run/run-logs';
import { readOptions, readRunId } from './options';

const logsSchema = z.object({
  step: z.string().optional(),
  agent: z.string().optional(),
  stream: logStreamSchema.optional(),
  follow: z.boolean().default(false),
});
type LogsOptions = z.infer<typeof logsSchema>;

export function registerLogs(program: Command, bind: Bind): void {
  const logs = program
    .command('logs <RUN>')
    .description('Print the logs of a run.')
    .option('--step <name>', 'only of this step')
    .option('--agent <id>', 'only of this agent')
    .option('--stream <stdout|stderr>', 'only this stream')
    .option('--follow', 'go on until the run has ended');
  bind(logs, (id: string, options: unknown) => printLogs(id, readOptions(logsSchema, options)));
}

function printLogs(id: string, { step, agent, stream, follow }: LogsOptions): Act {
  return (context) =>
    withClient(context, async (client) => {
      const choice: LogChoice = { step: step ?? null, agent: agent ?? null, stream: stream ?? null };
      const run = await client.run(readRunId(id));
      checkChoice(run, choice);
      const openWriter = writerOf(context, needsPrefix(run, choice));
      if (follow) await followRun(client, run.id, { choice, openWriter });
      else
        for (const source of startedLogs(run, choice))
          await copyLog(client, source, { writer: openWriter(source), follow });
      return null;
    });
}

/** A mistyped name must not look like an empty log. */
function checkChoice(run: Run, choice: LogChoice): void {
  const steps = run.definition.steps.map(({ name }) => name);
  if (choice.step !== null && !steps.includes(choice.step)) {
    throw new UsageInvalidError('--step', `the run has no step "${choice.step}", only ${steps.join(', ')}`);
  }
  if (choice.agent !== null && chosenItems(run, { ...choice, step: null }).length === 0) {
    throw new UsageInvalidError('--agent', `the run has nothing on "${choice.agent}"`);
  }
}

function writerOf({ terminal, wantsJson }: CommandContext, hasPrefix: boolean): (source: LogSource) => LogWriter {
  return ({ item, attempt, stream }) => {
    const write = stream === 'stdout' ? terminal.out : terminal.err;
    if (wantsJson) {
      const source = { agentId: item.agentId, step: item.step, attempt: attempt.number, stream };
      return lineWriter((line) =>
        terminal.out(`${JSON.stringify({ ...source, line: Buffer.from(line).toString() })}\n`),
      );
    }
    return hasPrefix ? prefixWriter(`${item.agentId}/${item.step} | `, write) : rawWriter(write);
  };
}
