/** Where a command reads and writes: answers on one stream, everything said beside them on the other. */
export interface Terminal {
  /** Resolves when more may be written. */
  out(text: string | Uint8Array): Promise<void>;
  err(text: string | Uint8Array): Promise<void>;
  /** Whether somebody is there to be asked. */
  readonly isInteractive: boolean;
  readonly hasColour: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  ask(question: string): Promise<string>;
  /** Shows nothing of what is typed. */
  askSecret(question: string): Promise<string>;
  /** All of standard input. */
  readInput(): Promise<string>;
}
