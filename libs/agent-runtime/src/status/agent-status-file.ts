/**
 * What does `longshore-agent status` show? What the monitor wrote last into `var/run/status.json`. It tells
 * moments of the boot clock, not ages, so it changes only when something happens and its reader computes the ages.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { agentIdSchema, agentTypeSchema } from '@longshore/protocol';
import { replacePrivateFile } from '../home/private-file';

const legSchema = z.object({
  state: z.string(),
  /** When the last answered round trip began, on the boot clock; null before the first. */
  roundTripAtMs: z.number().nullable(),
  problem: z.string().nullable(),
});

export const agentStatusFileSchema = z.object({
  id: agentIdSchema,
  name: z.string(),
  type: agentTypeSchema,
  home: z.string(),
  version: z.string(),
  pid: z.object({ monitor: z.number(), worker: z.number().nullable() }),
  worker: z.enum(['starting', 'running', 'restarting', 'stopped']),
  legs: z.object({ control: legSchema, https: legSchema }),
  heartbeatMs: z.number(),
  epoch: z.number().nullable(),
  running: z.number(),
  waiting: z.number(),
  refusesWork: z.string().nullable(),
  /** The last key that was refused since the start. */
  pinProblem: z.string().nullable().default(null),
});
export type AgentStatusFile = z.infer<typeof agentStatusFileSchema>;

/** Null: no monitor has written one that this version can read. */
export function readAgentStatus(path: string): AgentStatusFile | null {
  try {
    return agentStatusFileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

const everyMs = 1_000;

/** Writes the file each second while something in it changes. Ends when it is closed. */
export class StatusWriter {
  private readonly timer: NodeJS.Timeout;
  private last = '';

  constructor(
    private readonly path: string,
    private readonly compose: () => AgentStatusFile,
  ) {
    this.timer = setInterval(() => this.write(), everyMs);
    this.write();
  }

  write(): void {
    const text = JSON.stringify(this.compose());
    if (text === this.last) return;
    this.last = text;
    try {
      replacePrivateFile(this.path, text);
    } catch {
      // A full disk: the next second tries again.
      this.last = '';
    }
  }

  close(): void {
    clearInterval(this.timer);
  }
}
