/** One connection to a step host: requests find their replies by correlation id; what is open when it breaks fails. */
import { connect, type Socket } from 'node:net';
import {
  hostProtocolVersion,
  type FromHost,
  type HostNotice,
  type HostReply,
  type HostRequest,
} from '../step-host/host-message';
import { onEachLine, sayLine } from '../step-host/line-stream';
import { StepHostLostError } from './step-host-link-error';

const welcomeWithinMs = 2_000;

/** A request before it has its correlation id. */
export type HostQuestion = HostRequest extends infer Each
  ? Each extends HostRequest
    ? Omit<Each, 'id'>
    : never
  : never;

interface Waiting {
  readonly resolve: (reply: HostReply) => void;
  readonly reject: (error: Error) => void;
}

export class HostConnection {
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  /** Resolves once, when the connection is gone for whatever reason. */
  readonly closed: Promise<void>;

  private constructor(
    private readonly socket: Socket,
    private readonly notice: (notice: HostNotice) => void,
  ) {
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    void this.closed.then(() => this.failWaiting());
  }

  /** Resolves after the host has accepted the nonce. */
  static async open(path: string, nonce: string, notice: (notice: HostNotice) => void): Promise<HostConnection> {
    const socket = connect(path);
    return await new Promise<HostConnection>((resolve, reject) => {
      const connection = new HostConnection(socket, notice);
      const tooLate = setTimeout(() => socket.destroy(), welcomeWithinMs);
      socket.once('error', (cause) => reject(new StepHostLostError('no step host answers', { cause })));
      void connection.closed.then(() => {
        clearTimeout(tooLate);
        reject(new StepHostLostError('the step host closed the connection'));
      });
      onEachLine(socket, (message) => {
        const said = message as FromHost;
        if (said.kind === 'welcome') {
          clearTimeout(tooLate);
          resolve(connection);
        } else connection.receive(said);
      });
      sayLine(socket, { kind: 'hello', v: hostProtocolVersion, nonce });
    });
  }

  async ask(question: HostQuestion): Promise<HostReply> {
    if (this.socket.destroyed) throw new StepHostLostError('the connection to the step host is closed');
    const id = ++this.lastId;
    return await new Promise<HostReply>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      sayLine(this.socket, { ...question, id });
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private receive(said: FromHost): void {
    if (said.kind === 'welcome' || said.kind === 'exited') {
      this.notice(said);
      return;
    }
    this.waiting.get(said.id)?.resolve(said);
    this.waiting.delete(said.id);
  }

  private failWaiting(): void {
    for (const { reject } of this.waiting.values()) reject(new StepHostLostError('the step host went away'));
    this.waiting.clear();
  }
}
