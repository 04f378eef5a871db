/**
 * What does an attempt need to be carried out, and to be taken up again by a worker that knows nothing but its folder?
 * The command as the server sent it, with its sealed inputs opened. Stands in the folder before the claim, 0600,
 * because it may hold secrets; it goes with the folder. The step's token has a file of its own, which goes sooner.
 */
import { LongshoreError, runStepSchema, type RunStep } from '@longshore/protocol';
import { mkdir, readFile } from 'node:fs/promises';
import { attemptFolder } from '../attempt-folder/attempt-folder';
import { writeDurably } from '../attempt-folder/durable-file';

export interface StepAccess {
  /** `step.stepToken`, opened. */
  readonly token: string;
  readonly url: string;
  readonly serverFingerprint: string;
}

export interface AttemptOrder {
  readonly step: RunStep;
  /** `step.sealedInputs`, opened. */
  readonly secureInputs: Readonly<Record<string, string>>;
  /** The step's way back to the server; null where it has none. */
  readonly access: StepAccess | null;
  readonly agentHome: string;
}

export class AttemptOrderUnreadableError extends LongshoreError {
  constructor(folderPath: string, cause: unknown) {
    super('ATTEMPT_ORDER_UNREADABLE', 'give-up', `${folderPath} holds no readable order`, { cause });
  }
}

export async function storeOrder(folderPath: string, order: AttemptOrder): Promise<void> {
  await mkdir(folderPath, { recursive: true, mode: 0o700 });
  await writeDurably(attemptFolder(folderPath).order, JSON.stringify({ ...order, access: null }));
}

export async function readOrder(folderPath: string): Promise<AttemptOrder> {
  try {
    const order = JSON.parse(await readFile(attemptFolder(folderPath).order, 'utf8')) as AttemptOrder;
    return { ...order, step: runStepSchema.parse(order.step) };
  } catch (cause) {
    throw new AttemptOrderUnreadableError(folderPath, cause);
  }
}
