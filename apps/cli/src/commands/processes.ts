/** `processes`: list, show, save from a YAML or JSON file. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { parse, stringify } from 'yaml';
import { processDefinitionSchema, type ProcessDefinition } from '@longshore/rest-contract';
import { UsageInvalidError } from '../cli-errors';
import { withClient } from '../command-context';
import type { Act, Bind } from '../bound-command';
import { formatTable } from '../output/table';
import type { Terminal } from '../terminal';

export function registerProcesses(program: Command, bind: Bind): void {
  const processes = program.command('processes').description('Show and save processes.');
  bind(processes.command('list', { isDefault: true }).description('List processes.'), () => listProcesses);
  bind(processes.command('show <NAME>').description('Print a process as YAML, fit for "save".'), showProcess);
  bind(
    processes.command('save <FILE>').description('Save a process from a YAML or JSON file, or - for standard input.'),
    saveProcess,
  );
}

const listProcesses: Act = async (context) => {
  const list = await withClient(context, (client) => client.processes());
  const rows = list.processes.map(({ name, version, definition, createdAt }) => [
    name,
    String(version),
    String(definition.steps.length),
    createdAt,
    definition.description,
  ]);
  const head = ['NAME', 'VERSION', 'STEPS', 'SAVED', 'DESCRIPTION'];
  return { json: list, text: rows.length === 0 ? 'no process\n' : formatTable(head, rows, context.paint) };
};

function showProcess(name: string): Act {
  return async (context) => {
    const process = await withClient(context, (client) => client.process(name));
    return { json: process, text: stringify(process.definition, { lineWidth: 0 }) };
  };
}

function saveProcess(file: string): Act {
  return async (context) => {
    const definition = readDefinition(file, await readText(file, context.terminal));
    const saved = await withClient(context, (client) => client.saveProcess(definition));
    return { json: saved, text: `${saved.name} is saved as version ${saved.version}\n` };
  };
}

async function readText(file: string, terminal: Terminal): Promise<string> {
  if (file === '-') return terminal.readInput();
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageInvalidError(file, 'cannot be read', { cause });
  }
}

/** JSON is YAML too. */
function readDefinition(file: string, text: string): ProcessDefinition {
  const where = file === '-' ? 'standard input' : file;
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    const [problem] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    throw new UsageInvalidError(where, `is neither YAML nor JSON: ${problem ?? ''}`, { cause });
  }
  const parsed = processDefinitionSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageInvalidError(where, `${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'is wrong'}`);
}
