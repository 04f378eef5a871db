/**
 * How does a worker reach the host of its steps, whichever host that is? It finds the living one by its seat, or
 * starts one, and asks again after a lost connection: every request is idempotent. Where no host answers for an
 * attempt, the attempt's folder and the process table do.
 *
 * A host that dies is normal here, if rare: `lost` tells those who wait for an exit to look again.
 */
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ExitRecord, KillReason } from '../attempt-folder/attempt-record';
import { openProcessTable } from '../process-table/open-process-table';
import { findSeat, obtainNonce } from '../step-host/host-seat';
import type { HostReply, StepProgram } from '../step-host/host-message';
import { HostConnection, type HostQuestion } from './host-connection';
import { killOrphan } from './kill-orphan';
import { launchHost, type HostPlace } from './launch-host';
import { settleAttempt, type SettledVerdict } from './settle-attempt';
import { StepHostLostError, StepHostRefusedError, StepHostUnavailableError } from './step-host-link-error';

/** How long a freshly started host may take until it listens. */
const hostUpWithinMs = 15_000;
const firstRetryMs = 10;
const slowestRetryMs = 250;

export class StepHostLink {
  /** `exited`: a host of ours recorded an exit. `lost`: the connection broke; whoever waits should look again. */
  readonly events = new EventEmitter<{ exited: [attemptId: string, exit: ExitRecord]; lost: [] }>();
  readonly table = openProcessTable();
  private connecting: Promise<HostConnection> | undefined;
  private closed = false;

  constructor(private readonly place: HostPlace) {
    this.events.setMaxListeners(0);
  }

  /** Starts the attempt, or tells what became of it if that was done before. Never starts it twice. */
  async start(attemptId: string, program: StepProgram): Promise<SettledVerdict> {
    return await this.verdictOf(attemptId, await this.ask({ kind: 'start', attemptId, program }));
  }

  /** Starts no host: where none answers, what stands on disk is the answer. */
  async status(attemptId: string): Promise<SettledVerdict> {
    return await this.verdictOf(attemptId, await this.askLiving({ kind: 'status', attemptId }));
  }

  /** Resolves when the killing has begun, for an orphan when it is done. What has ended is left as it is. */
  async kill(attemptId: string, reason: KillReason): Promise<void> {
    const reply = await this.askLiving({ kind: 'kill', attemptId, reason });
    if (reply === undefined || reply.kind === 'not-hosted') {
      await killOrphan(this.folderOf(attemptId), reason, this.table);
    }
  }

  /** The attempts that the living host holds. */
  async list(): Promise<readonly string[]> {
    const reply = await this.askLiving({ kind: 'list' });
    return reply?.kind === 'attempts' ? reply.attemptIds : [];
  }

  /** The living host, if any, leaves as soon as no step runs. */
  async retire(): Promise<void> {
    await this.askLiving({ kind: 'retire' });
  }

  /** Cuts the connection; host and steps go on. */
  async close(): Promise<void> {
    this.closed = true;
    (await this.connecting?.catch(() => undefined))?.close();
  }

  private async ask(question: HostQuestion): Promise<HostReply> {
    const giveUpAtMs = performance.now() + hostUpWithinMs;
    let launched = false;
    for (let retryMs = firstRetryMs; ; retryMs = Math.min(retryMs * 2, slowestRetryMs)) {
      try {
        return await (await this.connection()).ask(question);
      } catch (error) {
        if (!(error instanceof StepHostLostError) || this.closed) throw error;
        if (performance.now() > giveUpAtMs) {
          throw new StepHostUnavailableError(`no step host came up in ${hostUpWithinMs} ms`, { cause: error });
        }
        // Two links that launch at once are normal: the hosts settle it between themselves.
        if (!launched && !(await this.hostLives())) {
          launchHost(this.place);
          launched = true;
        }
        await pause(retryMs);
      }
    }
  }

  private async askLiving(question: HostQuestion): Promise<HostReply | undefined> {
    for (;;) {
      try {
        return await (await this.connection()).ask(question);
      } catch (error) {
        if (!(error instanceof StepHostLostError) || this.closed) throw error;
        if (!(await this.hostLives())) return undefined;
        await pause(slowestRetryMs);
      }
    }
  }

  private async hostLives(): Promise<boolean> {
    const seat = await findSeat(this.place.runFolder);
    return seat !== undefined && this.table.isAlive(seat.host);
  }

  private connection(): Promise<HostConnection> {
    if (this.connecting !== undefined) return this.connecting;
    const connecting = this.connect();
    this.connecting = connecting;
    const forget = () => {
      if (this.connecting === connecting) this.connecting = undefined;
    };
    connecting.then(
      async (connection) => {
        await connection.closed;
        forget();
        this.events.emit('lost');
      },
      () => forget(),
    );
    return connecting;
  }

  private async connect(): Promise<HostConnection> {
    const nonce = await obtainNonce(this.place.runFolder);
    const seat = await findSeat(this.place.runFolder);
    if (seat === undefined) throw new StepHostLostError('no step host has the seat');
    return await HostConnection.open(seat.socket, nonce, (notice) => {
      if (notice.kind === 'exited') this.events.emit('exited', notice.attemptId, notice.exit);
    });
  }

  private async verdictOf(attemptId: string, reply: HostReply | undefined): Promise<SettledVerdict> {
    if (reply?.kind === 'running') return { kind: 'running' };
    if (reply?.kind === 'ended') return { kind: 'exited', exit: reply.exit };
    if (reply?.kind === 'refused') throw new StepHostRefusedError(reply.problem);
    return await settleAttempt(this.folderOf(attemptId), this.table);
  }

  private folderOf(attemptId: string): string {
    return join(this.place.attemptsFolder, attemptId);
  }
}
