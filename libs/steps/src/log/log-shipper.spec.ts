import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attemptIdSchema, LongshoreError } from '@longshore/protocol';
import { FolderLogSink } from '../testing/folder-log-sink';
import { until } from '../testing/agent-home';
import { LogShipper } from './log-shipper';
import { LogLengthContradictionError, LogOffsetConflict, LogSink, type LogPiece } from './log-sink';
import { IdentityMasker, Masker } from './masker';

const attemptId = attemptIdSchema.parse(randomUUID());
const never = new AbortController().signal;
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-log-'));
  path = join(folder, 'stdout');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A server in memory that can be away, forget, and refuse. */
class MemoryLogSink extends LogSink {
  bytes = Buffer.alloc(0);
  readonly sizes: number[] = [];
  inFlight = 0;
  mostInFlight = 0;
  next: (() => Error | undefined)[] = [];

  override async put(piece: LogPiece): Promise<{ length: number }> {
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    await new Promise((resolve) => setImmediate(resolve));
    this.inFlight -= 1;
    const problem = this.next.shift()?.();
    if (problem !== undefined) throw problem;
    if (piece.offset !== this.bytes.length) throw new LogOffsetConflict(this.bytes.length);
    this.bytes = Buffer.concat([this.bytes, piece.bytes]);
    this.sizes.push(piece.bytes.length);
    return { length: this.bytes.length };
  }
}

function aShipper(sink: LogSink, createMasker: () => Masker = () => new IdentityMasker()) {
  return new LogShipper({ attemptId, stream: 'stdout', path, createMasker }, sink);
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

it('ships what grows, in blocks of at most 512 KiB, one at a time, and ends with a final piece', async () => {
  const content = randomBytes(3 * 1024 * 1024 + 17);
  writeFileSync(path, content.subarray(0, 5));
  const sink = new MemoryLogSink();
  const shipper = aShipper(sink);
  const shipped = shipper.ship(never);
  await until(() => sink.bytes.length === 5);
  appendFileSync(path, content.subarray(5));
  await until(() => sink.bytes.length === content.length);
  shipper.end(content.length);
  expect(await shipped).toEqual({ length: content.length, sha256: sha256(content) });
  expect(sink.bytes.equals(content)).toBe(true);
  expect(sink.mostInFlight).toBe(1);
  expect(Math.max(...sink.sizes)).toBeLessThanOrEqual(512 * 1024);
});

it('ships nothing that came after the end of the step', async () => {
  writeFileSync(path, 'the step, a background child');
  const sink = new MemoryLogSink();
  const shipper = aShipper(sink);
  shipper.end(8);
  expect(await shipper.ship(never)).toEqual({ length: 8, sha256: sha256(Buffer.from('the step')) });
  expect(sink.bytes.toString()).toBe('the step');
});

it('goes on where the server is, after a restart of the worker', async () => {
  const content = randomBytes(2 * 1024 * 1024);
  writeFileSync(path, content);
  const sink = new MemoryLogSink();
  sink.bytes = content.subarray(0, 1_500_000);
  const shipper = aShipper(sink);
  shipper.end(content.length);
  expect(await shipper.ship(never)).toEqual({ length: content.length, sha256: sha256(content) });
  expect(sink.bytes.equals(content)).toBe(true);
  expect(sink.sizes.reduce((sum, size) => sum + size)).toBe(content.length - 1_500_000);
});

it('sends again what a restored server has forgotten', async () => {
  const content = randomBytes(3 * 1024 * 1024);
  writeFileSync(path, content);
  const sink = new MemoryLogSink();
  const forget = () => {
    sink.bytes = sink.bytes.subarray(0, 100);
    return undefined;
  };
  sink.next = [() => undefined, () => undefined, forget];
  const shipper = aShipper(sink);
  shipper.end(content.length);
  expect(await shipper.ship(never)).toEqual({ length: content.length, sha256: sha256(content) });
  expect(sink.bytes.equals(content)).toBe(true);
});

it('asks again and again while the server is away', async () => {
  writeFileSync(path, 'patience');
  const sink = new MemoryLogSink();
  sink.next = Array.from({ length: 4 }, () => () => new Error('connect ECONNREFUSED'));
  const shipper = aShipper(sink);
  shipper.end(8);
  expect((await shipper.ship(never)).length).toBe(8);
  expect(sink.bytes.toString()).toBe('patience');
});

it('ends with the refusal of a server that will never take it', async () => {
  writeFileSync(path, 'x');
  const sink = new MemoryLogSink();
  sink.next = [() => new LongshoreError('ATTEMPT_UNKNOWN', 'give-up', 'no such attempt')];
  await expect(aShipper(sink).ship(never)).rejects.toMatchObject({ code: 'ATTEMPT_UNKNOWN' });
});

it('says so when the server has more than the step wrote', async () => {
  writeFileSync(path, 'short');
  const sink = new MemoryLogSink();
  sink.bytes = Buffer.from('much longer');
  const shipper = aShipper(sink);
  shipper.end(5);
  await expect(shipper.ship(never)).rejects.toThrow(LogLengthContradictionError);
});

it('says so when the step cut its own output', async () => {
  writeFileSync(path, 'a long line');
  const sink = new MemoryLogSink();
  const shipped = aShipper(sink).ship(never);
  const refused = expect(shipped).rejects.toMatchObject({ code: 'LOG_CUT' });
  await until(() => sink.bytes.length > 0);
  writeFileSync(path, 'short');
  await refused;
});

it('stops when told, in the middle of waiting', async () => {
  const stop = new AbortController();
  const shipped = aShipper(new FolderLogSink(folder)).ship(stop.signal);
  setTimeout(() => stop.abort(), 30);
  await expect(shipped).rejects.toMatchObject({ name: 'AbortError' });
});

it('counts masked bytes, also those that the masker held back to the end', async () => {
  class DoublingMasker extends IdentityMasker {
    private held = new Uint8Array(0);
    override mask(raw: Uint8Array): Uint8Array {
      const all = Buffer.concat([this.held, raw, raw]);
      this.held = all.subarray(-3);
      return all.subarray(0, -3);
    }
    override finish(): Uint8Array {
      return this.held;
    }
  }
  writeFileSync(path, 'aaaa');
  const sink = new MemoryLogSink();
  const shipper = aShipper(sink, () => new DoublingMasker());
  shipper.end(4);
  expect((await shipper.ship(never)).length).toBe(8);
  expect(sink.bytes.toString()).toBe('aaaaaaaa');
});
