/** Which attempt folders belong to no open attempt? Left by a worker that was away when theirs was acknowledged. */
import { readdirSync } from 'node:fs';
import { type AttemptId, attemptIdSchema } from '@longshore/protocol';

export function strayFolders(attemptsFolder: string, open: ReadonlySet<AttemptId>): AttemptId[] {
  const named = readdirSync(attemptsFolder).map((name) => attemptIdSchema.safeParse(name));
  return named.flatMap(({ data }) => (data !== undefined && !open.has(data) ? [data] : []));
}
