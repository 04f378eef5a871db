// What we use of two modules of amqplib 2.3.1 that its package does not export; see open-amqp.ts for the reason.
declare module '*/amqplib/lib/connection.js' {
  import type { EventEmitter } from 'node:events';
  import type { Duplex } from 'node:stream';
  export class Connection extends EventEmitter {
    constructor(stream: Duplex);
    open(fields: Readonly<Record<string, unknown>>, opened: (error: Error | null) => void): void;
    /** Takes each frame once the handshake is over; called as a method. */
    accept: (this: Connection, frame: { channel: number; size?: number; content?: Buffer }) => void;
  }
}

declare module '*/amqplib/lib/channel_model.js' {
  import type { ChannelModel as PublicChannelModel } from 'amqplib';
  import type { Connection } from '*/amqplib/lib/connection.js';
  export const ChannelModel: new (connection: Connection) => PublicChannelModel;
}
