/** The open command streams of this process, at most one per agent: the newest fetch of the newest epoch. */
import { Injectable } from '@nestjs/common';
import { CommandSource } from '@longshore/delivery';
import { type AgentId, type CommandMessage, type CommandsQuery, LongshoreError } from '@longshore/protocol';
import { CommandStream } from './command-stream';
import { GatewaySettings } from './gateway-settings';

/** A fetch in an epoch that is over: a leftover of an older session. */
export class EpochOutdatedError extends LongshoreError {
  constructor(epoch: number, newest: number) {
    super('EPOCH_OUTDATED', 'give-up', `commands were asked for in epoch ${epoch}; the newest is ${newest}`);
  }
}

@Injectable()
export class CommandStreams {
  readonly #byAgent = new Map<AgentId, CommandStream>();

  constructor(
    private readonly settings: GatewaySettings,
    private readonly source: CommandSource,
  ) {}

  open(agentId: AgentId, { after, epoch }: CommandsQuery, stillGood: () => Promise<boolean>): CommandStream {
    const older = this.#byAgent.get(agentId);
    if (older !== undefined && older.epoch > epoch) throw new EpochOutdatedError(epoch, older.epoch);
    const { heartbeatMs } = this.settings;
    const stream = new CommandStream({
      agentId,
      after,
      epoch,
      heartbeatMs,
      source: this.source,
      stillGood,
      onFault: () => undefined,
    });
    this.#byAgent.set(agentId, stream);
    stream.body.once('close', () => {
      if (this.#byAgent.get(agentId) === stream) this.#byAgent.delete(agentId);
    });
    older?.end();
    return stream;
  }

  /** False: no stream of this agent is open here. */
  async push(agentId: AgentId, commands: readonly CommandMessage[]): Promise<boolean> {
    const stream = this.#byAgent.get(agentId);
    if (stream === undefined || stream.body.destroyed) return false;
    await stream.push(commands);
    return true;
  }

  close(agentId: AgentId): void {
    this.#byAgent.get(agentId)?.body.destroy();
  }

  closeAll(): void {
    for (const stream of this.#byAgent.values()) stream.end();
  }
}
