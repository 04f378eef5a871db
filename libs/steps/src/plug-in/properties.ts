/**
 * What do lines of `KEY=VALUE` say? Used for environments that people type and outputs that scripts write, so a bad
 * line is named by its number and harms no other. Blank lines and lines that begin with `#` are normal.
 */
export interface ParsedProperties {
  readonly properties: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
}

const keyForm = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

export function parseProperties(text: string): ParsedProperties {
  const properties: Record<string, string> = {};
  const problems: string[] = [];
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return;
    const equals = line.indexOf('=');
    const key = line.slice(0, Math.max(equals, 0)).trim();
    // The line itself is not repeated: it may hold a secret.
    if (equals < 0) problems.push(`line ${index + 1} is not KEY=VALUE`);
    else if (!keyForm.test(key)) problems.push(`line ${index + 1} has no valid key before its =`);
    else properties[key] = line.slice(equals + 1);
  });
  return { properties, problems };
}
