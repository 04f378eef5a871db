/** `run`: starts a process on chosen agents; with --wait or --follow its verdict is the exit code. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { AgentSelection } from '@longshore/rest-contract';
import { UsageInvalidError } from '../cli-errors';
import { withClient, type CommandContext } from '../command-context';
import type { Act, Bind } from '../bound-command';
import { exitCodeOfRun } from '../exit-code';
import { runText } from '../output/run-text';
import { followRun } from '../run/follow-run';
import { prefixWriter, type LogWriter } from '../run/log-writer';
import { allLogs, type LogSource } from '../run/run-logs';
import { waitForRun } from '../run/wait-for-run';
import { readOptions } from './options';

const runSchema = z.object({
  all: z.boolean().default(false),
  agent: z.array(z.string()).optional(),
  tag: z.array(z.string()).optional(),
  wait: z.boolean().default(false),
  follow: z.boolean().default(false),
});
type RunOptions = z.infer<typeof runSchema>;

export function registerRun(program: Command, bind: Bind): void {
  const run = program
    .command('run <PROCESS>')
    .description('Run a process. With --wait or --follow: exit 0 succeeded, 1 failed, 3 cancelled.')
    .option('--all', 'on all approved agents')
    .option('--agent <ids...>', 'on these agents')
    .option('--tag <tags...>', 'on agents that carry any of these tags')
    .option('--wait', 'until it has ended')
    .option('--follow', 'the same, and print its logs as they come');
  bind(run, (process: string, options: unknown) => startRun(process, readOptions(runSchema, options)));
}

function startRun(process: string, options: RunOptions): Act {
  return (context) =>
    withClient(context, async (client) => {
      const started = await client.startRun({ process, agents: selectionOf(options) });
      if (!options.wait && !options.follow) return { json: started, text: `${started.id}\n` };
      const { terminal } = context;
      await terminal.err(`run ${started.id} of ${started.process}, version ${started.processVersion}, has started\n`);
      const ended = options.follow
        ? await followRun(client, started.id, { choice: allLogs, openWriter: writerOf(context) })
        : await waitForRun(client, started.id);
      return { json: ended, text: runText(ended, context.paint), exitCode: exitCodeOfRun(ended.state) };
    });
}

/** Logs are said beside the answer where the answer has to be JSON alone. */
function writerOf({ terminal, wantsJson }: CommandContext): (source: LogSource) => LogWriter {
  return ({ item, stream }) =>
    prefixWriter(`${item.agentId}/${item.step} | `, stream === 'stderr' || wantsJson ? terminal.err : terminal.out);
}

function selectionOf({ all, agent, tag }: RunOptions): AgentSelection {
  const given = [all, agent !== undefined, tag !== undefined].filter(Boolean).length;
  if (given === 0) throw new UsageInvalidError('--all', 'say on which agents: --all, --agent ID… or --tag TAG…');
  if (given > 1) throw new UsageInvalidError('--all', '--all, --agent and --tag exclude each other');
  if (agent !== undefined) return { ids: agent };
  return tag === undefined ? { all: true } : { tags: tag };
}
