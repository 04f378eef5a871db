// Child processes of the set-up: shown live, or kept quiet until they fail.
import { spawn } from 'node:child_process';
import { root } from './workspace.mjs';
import { SetupError } from './progress.mjs';

/** Of a failed program's output: what it said first is as telling as what it said last. */
const keptCharacters = 2_500;
const parentCheckMs = 250;

/** Shows nothing, and throws with the last of the output when the program fails. */
export async function runQuietly(program, options, environment = {}) {
  const child = spawn(program, options, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endWithUs(child);
  let output = '';
  const keep = (text) => (output += text);
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const status = await ended(child);
  if (status !== 0) throw new ProgramFailedError([program, ...options].join(' '), status, output);
  return output;
}

export class ProgramFailedError extends SetupError {
  constructor(command, status, output) {
    const told =
      output.length <= 2 * keptCharacters
        ? output
        : `${output.slice(0, keptCharacters)}\n[…]\n${output.slice(-keptCharacters)}`;
    super(`${command} ended with ${status}:\n${told}`);
    this.output = output;
  }
}

/** Shows all output as it comes and answers with the exit status. */
export function runShown(program, options, environment = {}) {
  const child = spawn(program, options, { cwd: root, env: { ...process.env, ...environment }, stdio: 'inherit' });
  endWithUs(child);
  return ended(child);
}

/**
 * Goes on in another program: our end is its end, and signals sent to us reach it.
 * A Ctrl-C in a terminal is the exception, since the terminal itself sends it to every process in the foreground.
 */
export async function continueIn(program, options, environment = {}) {
  const child = spawn(program, options, { env: { ...process.env, ...environment }, stdio: 'inherit' });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(name, () => {
      if (name !== 'SIGINT' || !process.stdin.isTTY) child.kill(name);
    });
  }
  endWithNpm(child);
  process.exit(await ended(child));
}

/**
 * npm may be killed, or may end the shell that it started us with, without a word to us: all that shows is that we have
 * another parent.
 */
function endWithNpm(child) {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child.kill('SIGTERM');
  }, parentCheckMs);
  watch.unref();
}

/** A step that we began does not go on when we are told to end. */
function endWithUs(child) {
  const kill = () => child.kill('SIGTERM');
  const leave = (_name, number) => process.exit(128 + number);
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  process.on('exit', kill);
  for (const name of names) process.on(name, leave);
  child.on('close', () => {
    process.off('exit', kill);
    for (const name of names) process.off(name, leave);
  });
}

/** The exit status, as a shell has it: 128 and the signal's number where a signal ended the program. */
function ended(child) {
  const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };
  return new Promise((settle, fail) => {
    child.on('error', fail);
    child.on('close', (status, signal) => settle(status ?? 128 + (signalNumbers[signal] ?? 0)));
  });
}
