/** From arguments to exit code: the command is found, carried out and answered, or one line says why not. */
import { Command, CommanderError } from 'commander';
import { ApiRefusedError } from '@longshore/rest-client';
import { LongshoreError } from '@longshore/protocol';
import { cliVersion } from './cli-version';
import type { Bind } from './bound-command';
import { createContext } from './command-context';
import { readTlsMin } from './connection/tls-min';
import { registerAgents } from './commands/agents';
import { registerApiTokens } from './commands/api-tokens';
import { registerLogin } from './commands/login';
import { registerLogs } from './commands/logs';
import { registerProcesses } from './commands/processes';
import { registerRun } from './commands/run';
import { registerRuns } from './commands/runs';
import { registerSecurity } from './commands/security';
import { registerServer } from './commands/server';
import { registerTokens } from './commands/tokens';
import { exitCodeOfError, exitCodes, type ExitCode } from './exit-code';
import type { Terminal } from './terminal';

export async function runCommandLine(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.succeeded;
  const program = new Command('longshore')
    .description('Watch and steer a Longshore server: agents, keys, processes, runs and their logs.')
    .version(cliVersion)
    .option('--tls-min <version>', 'the lowest TLS that is spoken: TLSv1.3 (if left out) or TLSv1.2')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({ writeOut: (text) => void terminal.out(text), writeErr: (text) => void terminal.err(text) })
    .showHelpAfterError('(add --help for what can be said)');

  const bind: Bind = (command, act) =>
    command.option('--json', 'answer in JSON').action(async (...given: unknown[]) => {
      const wantsJson = command.opts()['json'] === true;
      const tlsMin = readTlsMin('--tls-min', program.opts()['tlsMin']);
      const answer = await act(...(given as never[]))(createContext(terminal, { wantsJson, tlsMin }));
      if (answer === null) return;
      await terminal.out(wantsJson ? `${JSON.stringify(answer.json, null, 2)}\n` : answer.text);
      exitCode = answer.exitCode ?? exitCode;
    });
  for (const register of registers) register(program, bind);
  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has already said what is wrong; asking for help is no fault.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.succeeded : exitCodes.usage;
    await terminal.err(`longshore: ${describe(error, terminal)}\n`);
    return exitCodeOfError(error);
  }
}

const registers = [
  registerLogin,
  registerServer,
  registerAgents,
  registerTokens,
  registerApiTokens,
  registerSecurity,
  registerProcesses,
  registerRun,
  registerRuns,
  registerLogs,
];

function describe(error: unknown, { environment }: Terminal): string {
  if (error instanceof ApiRefusedError) {
    if (error.status === 401) {
      return (environment['LONGSHORE_SERVER'] ?? '') === ''
        ? 'the session is over or was never there: use "longshore login"'
        : 'LONGSHORE_TOKEN: is no valid token of this server, or is one no longer';
    }
    const field = error.field?.replace(/^(body|query|params)\./, '') ?? '';
    return field === '' || error.message.includes(field) ? error.message : `${field}: ${error.message}`;
  }
  if (error instanceof LongshoreError || error instanceof Error) return error.message;
  return String(error);
}
