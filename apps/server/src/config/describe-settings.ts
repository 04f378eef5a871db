/** Prints the table of all settings as Markdown, for docs/reference/server-settings.md. */
import { z } from 'zod';
import { settingFacts, settingsSchema } from './settings-schema';

export function describeSettings(): string {
  const rows = Object.entries(settingsSchema.shape).map(([name, schema]) => {
    const { variable, description, secret = false } = settingFacts.get(schema) ?? { variable: '', description: '' };
    return `| \`${name}\` | \`${variable}\` | ${defaultOf(schema)} | ${description}${secret ? ' Secret.' : ''} |`;
  });
  return ['| setting | variable | default | what it is for |', '|---|---|---|---|', ...rows, ''].join('\n');
}

function defaultOf(schema: z.ZodType): string {
  const parsed = z.safeParse(schema, undefined);
  if (!parsed.success) return 'required';
  const value: unknown = parsed.data;
  if (value === null || (Array.isArray(value) && value.length === 0)) return '–';
  return `\`${String(value)}\``;
}
