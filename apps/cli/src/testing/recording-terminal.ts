/** A terminal that keeps what is written to it and answers questions from a list. */
import type { Terminal } from '../terminal';

export interface RecordingTerminal extends Terminal {
  stdout(): string;
  /** The same as bytes: a log need not be text. */
  stdoutBytes(): Buffer;
  stderr(): string;
  readonly questions: string[];
}

export interface RecordingOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** Null: nobody is there to be asked. */
  readonly answers?: readonly string[] | null;
  readonly input?: string;
  readonly hasColour?: boolean;
}

export function aTerminal({
  environment,
  answers = null,
  input = '',
  hasColour = false,
}: RecordingOptions): RecordingTerminal {
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  const questions: string[] = [];
  const left = [...(answers ?? [])];
  const ask = (question: string): Promise<string> => {
    questions.push(question);
    return Promise.resolve(left.shift() ?? '');
  };
  return {
    environment,
    hasColour,
    questions,
    isInteractive: answers !== null,
    out: (piece) => Promise.resolve(void out.push(Buffer.from(piece as string))),
    err: (piece) => Promise.resolve(void err.push(Buffer.from(piece as string))),
    ask,
    askSecret: ask,
    readInput: () => Promise.resolve(input),
    stdout: () => Buffer.concat(out).toString(),
    stdoutBytes: () => Buffer.concat(out),
    stderr: () => Buffer.concat(err).toString(),
  };
}
