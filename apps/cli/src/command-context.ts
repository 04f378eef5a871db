/** What every command is given, and what it answers with. */
import type { LongshoreClient } from '@longshore/rest-client';
import type { MinTlsVersion } from '@longshore/tls';
import { chooseLink } from './connection/choose-link';
import { openServerLink } from './connection/server-link';
import type { ExitCode } from './exit-code';
import { createPaint, type Paint } from './output/paint';
import type { Terminal } from './terminal';

export interface CommandContext {
  readonly terminal: Terminal;
  readonly paint: Paint;
  readonly wantsJson: boolean;
  /** As said with the command; null: as the environment or the login has it. */
  readonly tlsMin: MinTlsVersion | null;
}

interface Wishes {
  readonly wantsJson: boolean;
  readonly tlsMin: MinTlsVersion | null;
}

/** One result in both forms; which one is written is not the command's concern. */
export interface Answer {
  readonly json: unknown;
  readonly text: string;
  readonly exitCode?: ExitCode;
}

export function createContext(terminal: Terminal, { wantsJson, tlsMin }: Wishes): CommandContext {
  return { terminal, wantsJson, tlsMin, paint: createPaint({ hasColour: terminal.hasColour && !wantsJson }) };
}

export async function withClient<T>(
  { terminal, tlsMin }: CommandContext,
  act: (client: LongshoreClient) => Promise<T>,
): Promise<T> {
  const link = openServerLink(chooseLink(terminal, tlsMin));
  try {
    return await act(link.client);
  } finally {
    await link.close();
  }
}
