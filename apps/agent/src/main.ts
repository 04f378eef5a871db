/** `longshore-agent`: installs, runs, shows and removes the agents of this host. */
import { Command, CommanderError, Option } from 'commander';
import { agentVersion } from './agent-version';
import { type Answer, answerWith, exitCodes } from './cli/answer';
import type { HomeChoice } from './cli/choose-home';
import { installCommand } from './cli/install-command';
import { type RePinOptions, rePinCommand } from './cli/re-pin-command';
import { runCommand } from './cli/run-command';
import { type SetApiKeyOptions, setApiKeyCommand } from './cli/set-api-key-command';
import { statusCommand } from './cli/status-command';
import { type StopOptions, stopCommand } from './cli/stop-command';
import { type UninstallOptions, uninstallCommand } from './cli/uninstall-command';
import { type InstallOptions, apiKeyVariable, tokenVariable } from './enrolment/install-order';

interface JsonOption {
  readonly json?: boolean;
}

function agentCommand<O>(program: Command, name: string, description: string, act: (options: O) => Promise<Answer>) {
  return program
    .command(name)
    .description(description)
    .option('--json', 'answer as one JSON object')
    .action(({ json, ...options }: O & JsonOption) => answerWith(() => act(options as O), json === true));
}

const withHome = (command: Command): Command =>
  command
    .option('--home <folder>', 'the home of the agent')
    .option('--name <name>', 'its name, for a home in the default place');

const program = new Command('longshore-agent')
  .description('Runs steps on this host for a Longshore server. Dials out; listens on nothing.')
  .version(agentVersion)
  .exitOverride();

agentCommand<InstallOptions>(program, 'install', 'enrol this host as an agent', installCommand)
  .addOption(new Option('--type <type>', 'web (WebSocket) or jms (AMQP)'))
  .option('--server <address>', 'the agent gateway, https://host:7919; a token knows it already')
  .option('--token <lsi_…>', `the install token; ${tokenVariable} or --token-file keep it out of the process list`)
  .option('--token-file <file>', 'a file that holds the install token')
  .option('--trust-on-first-use', 'pin the key that answers; without an API key, wait for an approval')
  .option(
    '--api-key-file <file>',
    `instead of a token: holds the API key of an agent that is put back here; ${apiKeyVariable} does as well`,
  )
  .option('--server-fingerprint <sha256/…>', "with an API key: the server's key, as the console shows it")
  .option('--tls-min <version>', 'the lowest TLS that is spoken: TLSv1.3 (if left out) or TLSv1.2')
  .option('--name <name>', "the agent's name; the host's name if left out")
  .option('--home <folder>', 'where the agent lives')
  .option('--yes', 'ask nothing');

withHome(program.command('run').description('become the monitor of an agent, in the foreground'))
  .option('--json', 'say problems as JSON')
  .action((options: HomeChoice & JsonOption) => {
    // Answers only where the process was not replaced by the monitor's program.
    const stopped: Answer = { text: 'stopped', json: { stopped: true } };
    return answerWith(() => runCommand(options).then(() => stopped), options.json === true);
  });

withHome(
  agentCommand<SetApiKeyOptions>(program, 'set-api-key', 'put another API key in place', setApiKeyCommand),
).option('--api-key-file <file>', `a file that holds it; ${apiKeyVariable} does as well`);
withHome(
  agentCommand<RePinOptions>(program, 're-pin', 'come back after the pin was forgotten on the server', rePinCommand),
)
  .option('--api-key-file <file>', `a file that holds the agent's new API key; ${apiKeyVariable} does as well`)
  .option('--new-key', 'with a new key of its own, because the old one is not to be used again');
withHome(
  agentCommand<HomeChoice>(program, 'status', 'show home, legs, pins and pids; exit code 3: stopped', statusCommand),
);
withHome(agentCommand<StopOptions>(program, 'stop', 'stop an agent; its running steps go on', stopCommand)).option(
  '--kill-steps',
  'end its running steps as well, and leave no process of it behind',
);
withHome(agentCommand<UninstallOptions>(program, 'uninstall', 'remove an agent from this host', uninstallCommand))
  .option('--keep-home', 'keep journal, logs and attempts')
  .option('--force', 'stop it first if it runs');

program.parseAsync().catch((cause: unknown) => {
  // Commander has said what was wrong with the usage; help and version are no problem.
  process.exitCode = cause instanceof CommanderError && cause.exitCode === 0 ? exitCodes.done : exitCodes.usage;
});
