/**
 * Somebody who has taken a broker: holds its key, sits on its connections, passes everything on, and says in between
 * what no honest broker would say.
 */
import { type AddressInfo } from 'node:net';
import { connect, createServer, type Server, type TLSSocket } from 'node:tls';
import type { BrokerAddress } from '../amqp/broker-dialler';
import type { TestBroker } from './test-broker';

interface TakenConsumer {
  readonly socket: TLSSocket;
  readonly channel: number;
  readonly consumerTag: Buffer;
}

/** Delivery tags of ours: their acknowledgements do not reach the honest half. */
const firstOwnTag = 0x4000_0000;

export class TakenBroker {
  readonly consumers: TakenConsumer[] = [];
  readonly acknowledged: number[] = [];
  #lastTag = firstOwnTag;

  private constructor(
    private readonly server: Server,
    readonly address: BrokerAddress,
  ) {}

  static async take(broker: TestBroker): Promise<TakenBroker> {
    const { identity } = broker.keys;
    const server = createServer({ cert: identity.certificatePem, key: identity.privateKeyPem });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const taken = new TakenBroker(server, { ...broker.address, port });
    server.on('secureConnection', (socket) => taken.#passOn(socket, broker.address.port));
    server.on('tlsClientError', () => undefined);
    return taken;
  }

  async close(): Promise<void> {
    for (const { socket } of this.consumers) socket.destroy();
    await new Promise((closed) => this.server.close(closed));
  }

  /** Starts a delivery to the newest consumer; `size` is what it announces, whatever follows. */
  beginDelivery(size: number): void {
    const { channel, consumerTag, socket } = this.#consumer();
    const tag = Buffer.alloc(9);
    tag.writeBigUInt64BE(BigInt((this.#lastTag += 1)));
    const method = Buffer.concat([
      Buffer.from([0, 60, 0, 60, consumerTag.length]),
      consumerTag,
      tag,
      shortText(''),
      shortText('x'),
    ]);
    const header = Buffer.alloc(14);
    header.writeUInt16BE(60);
    header.writeBigUInt64BE(BigInt(size), 4);
    socket.write(Buffer.concat([frame(1, channel, method), frame(2, channel, header)]));
  }

  /** Resolves when the line has room for more. */
  async sendContent(content: Buffer): Promise<void> {
    const { channel, socket } = this.#consumer();
    if (!socket.write(frame(3, channel, content))) await new Promise((drained) => socket.once('drain', drained));
  }

  sendRaw(bytes: Buffer): void {
    this.#consumer().socket.write(bytes);
  }

  #consumer(): TakenConsumer {
    const consumer = this.consumers.at(-1);
    if (consumer === undefined) throw new Error('nobody consumes');
    return consumer;
  }

  #passOn(near: TLSSocket, port: number): void {
    const far = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    const end = (): void => void [near, far].forEach((socket) => socket.destroy());
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
    const toAgent = framesOf((bytes) => {
      const consumerTag = consumeOk(bytes);
      if (consumerTag !== null) this.consumers.push({ socket: near, channel: bytes.readUInt16BE(1), consumerTag });
      near.write(bytes);
    });
    far.on('data', toAgent);
    let greeted = false;
    const toBroker = framesOf((bytes) => {
      const tag = ackedTag(bytes);
      if (tag === null || tag <= firstOwnTag) far.write(bytes);
      else this.acknowledged.push(tag);
    });
    near.on('data', (chunk) => {
      if (greeted) return toBroker(chunk);
      greeted = true;
      far.write(chunk.subarray(0, 8));
      toBroker(chunk.subarray(8));
    });
  }
}

/** Cuts a stream into whole frames. */
function framesOf(take: (frame: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 8) {
      const length = rest.readUInt32BE(3) + 8;
      if (rest.length < length) return;
      take(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  };
}

const isMethod = (bytes: Buffer, classId: number, methodId: number): boolean =>
  bytes[0] === 1 && bytes.length > 12 && bytes.readUInt16BE(7) === classId && bytes.readUInt16BE(9) === methodId;

function consumeOk(bytes: Buffer): Buffer | null {
  return isMethod(bytes, 60, 21) ? bytes.subarray(12, 12 + (bytes[11] ?? 0)) : null;
}

function ackedTag(bytes: Buffer): number | null {
  return isMethod(bytes, 60, 80) ? Number(bytes.readBigUInt64BE(11)) : null;
}

function frame(type: number, channel: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(7);
  head.writeUInt8(type);
  head.writeUInt16BE(channel, 1);
  head.writeUInt32BE(payload.length, 3);
  return Buffer.concat([head, payload, Buffer.from([0xce])]);
}

const shortText = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
