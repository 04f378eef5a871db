/** `runs`: list, show, cancel; `run-status` is `runs show` for scripts that speak so. */
import type { Command } from 'commander';
import { z } from 'zod';
import { withClient } from '../command-context';
import type { Act, Bind } from '../bound-command';
import { exitCodeOfRun } from '../exit-code';
import { colourOfRun } from '../output/paint';
import { runText } from '../output/run-text';
import { formatTable } from '../output/table';
import { between } from '../output/time-text';
import { readOptions, readRunId, wholeNumber } from './options';

const listSchema = z.object({
  limit: wholeNumber.pipe(z.int().min(1, 'must be 1 to 200').max(200, 'must be 1 to 200')),
});

export function registerRuns(program: Command, bind: Bind): void {
  const runs = program.command('runs').description('Show and cancel runs.');
  const list = runs
    .command('list', { isDefault: true })
    .description('List runs, newest first.')
    .option('--limit <number>', 'how many', '20');
  bind(list, (options: unknown) => listRuns(readOptions(listSchema, options).limit));
  bind(runs.command('show <RUN>').description('Show a run; the exit code tells its state.'), showRun);
  bind(runs.command('cancel <RUN>').description('End what runs and begin nothing more.'), cancelRun);
  bind(program.command('run-status <RUN>').description('The same as "runs show".'), showRun);
}

function listRuns(limit: number): Act {
  return async (context) => {
    const { paint } = context;
    const list = await withClient(context, (client) => client.runs({ limit }));
    const rows = list.runs.map((run) => [
      run.id,
      run.process,
      paint(colourOfRun(run.state), run.state),
      `${run.counts.ended}/${run.counts.total}`,
      String(run.counts.failed),
      run.createdAt,
      between(run.createdAt, run.endedAt),
      run.startedBy,
    ]);
    const head = ['RUN', 'PROCESS', 'STATE', 'ENDED', 'FAILED', 'STARTED', 'TOOK', 'BY'];
    return { json: list, text: rows.length === 0 ? 'no run\n' : formatTable(head, rows, paint) };
  };
}

function showRun(id: string): Act {
  return async (context) => {
    const run = await withClient(context, (client) => client.run(readRunId(id)));
    return { json: run, text: runText(run, context.paint), exitCode: exitCodeOfRun(run.state) };
  };
}

function cancelRun(id: string): Act {
  return async (context) => {
    const run = await withClient(context, (client) => client.cancelRun(readRunId(id)));
    return { json: run, text: `the run of ${run.process} is being cancelled\n` };
  };
}
