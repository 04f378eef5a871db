/** What did a process say last? The evidence that a crash leaves; bounded in lines and in their length. */
const mostLines = 50;
const longestLine = 2_000;

export class LastLines {
  private readonly lines: string[] = [];
  private rest = '';

  add(text: string): void {
    const parts = (this.rest + text).split('\n');
    this.rest = (parts.pop() ?? '').slice(0, longestLine);
    for (const line of parts) this.keep(line);
  }

  take(): string[] {
    if (this.rest !== '') this.keep(this.rest);
    this.rest = '';
    return this.lines.splice(0);
  }

  private keep(line: string): void {
    this.lines.push(line.slice(0, longestLine));
    if (this.lines.length > mostLines) this.lines.shift();
  }
}
