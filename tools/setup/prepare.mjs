// What every command of ours does first, in a fresh clone as in an old one: check the machine, install the dependencies
// when they changed, and go on in the Node that came with them. Does nothing that was done before.
import { linkCommands } from './commands.mjs';
import { installDependencies } from './dependencies.mjs';
import { continueIn } from './run-program.mjs';
import { checkMachine, findRuntime, isRunningOn } from './runtime.mjs';
import { at } from './workspace.mjs';

/** Returns only in the product's own Node; in any other the script is started again and this process ends with it. */
export async function prepare(script) {
  checkMachine();
  await installDependencies();
  linkCommands();
  const runtime = findRuntime();
  if (!isRunningOn(runtime)) await continueIn(runtime, [script, ...process.argv.slice(2)]);
  // What we start in turn finds the same Node and the commands of our packages first, with or without npm.
  process.env.PATH = `${at('node_modules', '.bin')}:${process.env.PATH ?? ''}`;
}
