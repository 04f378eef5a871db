/** What is a command to the command line? What it does, and how it is bound to its words. */
import type { Command } from 'commander';
import type { Answer, CommandContext } from './command-context';

/** Carries one command out; null where it has written everything itself. */
export type Act = (context: CommandContext) => Promise<Answer | null>;

/** Binds a command to what it does; each gets `--json`. */
export type Bind = (command: Command, act: (...given: never[]) => Act) => Command;
