/**
 * Which steps does this host hold, and what does it answer about them? `start`, `status` and `kill` are idempotent:
 * a worker that lost its connection, or its life, asks again. What has ended is forgotten here and stands in the
 * attempt's folder, so the host's memory does not grow with the work done.
 */
import { join } from 'node:path';
import { attemptFolder } from '../attempt-folder/attempt-folder';
import { readExit } from '../attempt-folder/attempt-record';
import type { ProcessTable } from '../process-table/process-table';
import { HostedAttempt } from './hosted-attempt';
import type { HostNotice, HostReply, HostRequest } from './host-message';

export class StepHost {
  private readonly attempts = new Map<string, { attempt: HostedAttempt; started: Promise<void> }>();

  constructor(
    private readonly attemptsFolder: string,
    private readonly table: ProcessTable,
    private readonly notify: (notice: HostNotice) => void,
  ) {}

  get isIdle(): boolean {
    return this.attempts.size === 0;
  }

  /** Whether to leave as soon as no step runs, although workers may be connected. */
  retiring = false;

  async answer(request: HostRequest): Promise<HostReply> {
    switch (request.kind) {
      case 'start':
        return await this.start(request);
      case 'status':
        return await this.status(request);
      case 'kill':
        this.attempts.get(request.attemptId)?.attempt.kill(request.reason);
        return await this.status(request);
      case 'list':
        return this.list(request.id);
      case 'retire':
        this.retiring = true;
        return this.list(request.id);
      default:
        request satisfies never;
        return { kind: 'refused', id: (request as HostRequest).id, problem: 'unknown request' };
    }
  }

  private list(id: number): HostReply {
    return { kind: 'attempts', id, attemptIds: [...this.attempts.keys()] };
  }

  /** Two starts of one attempt meet in the map; two hosts meet at the claim. */
  private async start(request: HostRequest & { kind: 'start' }): Promise<HostReply> {
    const { attemptId, program } = request;
    let held = this.attempts.get(attemptId);
    if (held === undefined) {
      const attempt = new HostedAttempt(this.folderOf(attemptId), program, this.table);
      held = { attempt, started: this.claimAndStart(attemptId, attempt) };
      this.attempts.set(attemptId, held);
    }
    return await this.status(request);
  }

  private async claimAndStart(attemptId: string, attempt: HostedAttempt): Promise<void> {
    try {
      if (!(await attempt.claim())) {
        this.attempts.delete(attemptId);
        return;
      }
      const { ended } = await attempt.start();
      void ended.then((exit) => {
        this.attempts.delete(attemptId);
        this.notify({ kind: 'exited', attemptId, exit });
      });
    } catch (error) {
      this.attempts.delete(attemptId);
      throw error;
    }
  }

  private async status({ id, attemptId }: { id: number; attemptId: string }): Promise<HostReply> {
    const held = this.attempts.get(attemptId);
    await held?.started;
    const identity = held?.attempt.process;
    if (identity !== undefined && this.attempts.has(attemptId))
      return { kind: 'running', id, attemptId, process: identity };
    const exit = await readExit(attemptFolder(this.folderOf(attemptId)).exit);
    return exit === undefined ? { kind: 'not-hosted', id, attemptId } : { kind: 'ended', id, attemptId, exit };
  }

  private folderOf(attemptId: string): string {
    if (!/^[A-Za-z0-9-]{1,64}$/.test(attemptId)) throw new Error('an attempt id is letters, digits and -');
    return join(this.attemptsFolder, attemptId);
  }
}
