/** What `npm start` prints while it works: one line per part for people, or one JSON object per line for programs. */
export class Progress {
  private readonly startedAt = performance.now();

  constructor(private readonly json: boolean) {}

  say(text: string): void {
    this.print('progress', text, `  ${text}`);
  }

  /** A part that turns out not to be there has been warned of, and is not ready. */
  async during<T>(part: string, work: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    const result = await work();
    if (result !== null) this.print('ready', part, `✓ ${part} (${seconds(performance.now() - begun)})`);
    return result;
  }

  warn(text: string): void {
    this.print('warning', text, `! ${text}`);
  }

  log(line: string): void {
    this.print('log', line, `    ${line}`);
  }

  get elapsed(): string {
    return seconds(performance.now() - this.startedAt);
  }

  private print(event: string, text: string, human: string): void {
    console.log(this.json ? JSON.stringify({ event, text }) : human);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
