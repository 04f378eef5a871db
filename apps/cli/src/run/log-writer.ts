/**
 * Where does a log go? Raw, byte for byte, where it is the only one; otherwise line by line behind the name of its
 * source, a line being written whole so that two sources never mix within one.
 */
export type Write = (bytes: Uint8Array) => Promise<void>;

export interface LogWriter {
  write(bytes: Uint8Array): Promise<void>;
  /** Writes a last line that had no end. */
  end(): Promise<void>;
}

export function rawWriter(write: Write): LogWriter {
  return { write, end: () => Promise.resolve() };
}

const newline = 0x0a;

export function prefixWriter(prefix: string, write: Write): LogWriter {
  return lineWriter((line) => write(Buffer.concat([Buffer.from(prefix), line, Buffer.of(newline)])));
}

/** Lines are bytes without their end; what they encode is nobody's business here. */
export function lineWriter(writeLine: Write): LogWriter {
  let open: Buffer[] = [];
  return {
    async write(bytes) {
      let rest = Buffer.from(bytes);
      for (let at = rest.indexOf(newline); at >= 0; at = rest.indexOf(newline)) {
        await writeLine(Buffer.concat([...open, rest.subarray(0, at)]));
        open = [];
        rest = rest.subarray(at + 1);
      }
      if (rest.length > 0) open.push(rest);
    },
    async end() {
      if (open.length > 0) await writeLine(Buffer.concat(open));
      open = [];
    },
  };
}
