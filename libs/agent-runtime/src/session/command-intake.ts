/**
 * How do commands come in? Recorded, then acknowledged, then carried out: a crash in between repeats nothing and
 * loses nothing (docs/protocol.md, Delivery).
 *
 * While the journal refuses new work none is fetched, and what a broker delivers all the same is neither recorded nor
 * acknowledged: the server keeps it and is asked for it again. Ends with its session.
 */
import type { AgentChannel } from '@longshore/delivery';
import type { BodyOf, CommandMessage } from '@longshore/protocol';
import type { Journal } from '../journal/journal';
import { JournalUnwritableError } from '../journal/journal-errors';
import type { SessionHost } from './session-host';

export interface CommandIntakeParts {
  readonly channel: Pick<AgentChannel, 'receiveCommands'>;
  readonly journal: Pick<
    Journal,
    'recordCommands' | 'recover' | 'refusesWork' | 'commandsReceived' | 'hasCommandGap' | 'lastGrant'
  >;
  readonly host: Pick<SessionHost, 'carryOut' | 'note'>;
  readonly say: <T extends 'ack' | 'resync'>(type: T, body: BodyOf<T>) => void;
}

export class CommandIntake {
  private isFlowing = false;
  private isMissing = false;
  private ackDue = false;

  constructor(private readonly parts: CommandIntakeParts) {}

  /** Throws CommandConflictError; the two ends then disagree about the past. */
  async receive(command: CommandMessage): Promise<void> {
    const { journal, host } = this.parts;
    try {
      const { released } = await journal.recordCommands([command]);
      this.acknowledgeSoon();
      if (released.length > 0) host.carryOut(released);
    } catch (cause) {
      if (!(cause instanceof JournalUnwritableError)) throw cause;
      this.isMissing = true;
      host.note('a command was not accepted', { cause: cause.message });
    }
  }

  /** In a new session the flow begins anew, with the first look. */
  sessionGranted(): void {
    this.isFlowing = false;
  }

  /** At once and at each heartbeat: lets commands flow, also when the journal has recovered, and asks for what is missing. */
  async look(): Promise<void> {
    const { journal, say } = this.parts;
    journal.recover();
    if (this.isMissing && journal.refusesWork === null) {
      this.isMissing = false;
      // What was not recorded lies behind the cursor of a wire that has one: the flow begins anew after what was.
      this.isFlowing = false;
      say('resync', { after: { commands: journal.commandsReceived.highest }, reason: 'commands are missing' });
    }
    // A gap that closes by itself until the next look is normal.
    this.isMissing ||= journal.hasCommandGap;
    await this.letFlow();
  }

  private async letFlow(): Promise<void> {
    const { journal, channel } = this.parts;
    if (this.isFlowing || journal.refusesWork !== null || journal.lastGrant === null) return;
    this.isFlowing = true;
    await channel.receiveCommands({ after: journal.commandsReceived.highest, epoch: journal.lastGrant.epoch });
  }

  private acknowledgeSoon(): void {
    if (this.ackDue) return;
    this.ackDue = true;
    setImmediate(() => {
      this.ackDue = false;
      const { highest } = this.parts.journal.commandsReceived;
      if (highest > 0) this.parts.say('ack', { acks: [{ stream: 'commands', seq: highest }] });
    });
  }
}
