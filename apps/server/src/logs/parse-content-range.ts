// Which bytes of a log does this request carry? (docs/protocol.md, Web wire)
// `bytes 0-99/*` is a piece, `bytes 100-149/150` the last piece, `bytes */150` no bytes: the log ends at 150.
import { InputInvalidError, limits } from '@longshore/protocol';

export interface LogRange {
  readonly from: number;
  readonly length: number;
  /** True: no byte follows. */
  readonly last: boolean;
}

export function parseContentRange(header: string | undefined): LogRange {
  const [, first, end, total] = /^bytes (?:(\d{1,15})-(\d{1,15})|\*)\/(\d{1,15}|\*)$/.exec(header ?? '') ?? [];
  if (total === undefined) throw invalid('must be bytes <first>-<last>/<total or *> or bytes */<total>');
  if (first === undefined || end === undefined) {
    if (total === '*') throw invalid('says neither which bytes nor how many there are');
    return { from: Number(total), length: 0, last: true };
  }
  const [from, length] = [Number(first), Number(end) - Number(first) + 1];
  if (length < 1) throw invalid('ends before it begins');
  if (length > limits.logPieceBytes) throw invalid(`is larger than ${limits.logPieceBytes} bytes`);
  if (total !== '*' && Number(total) !== from + length) throw invalid('tells a total that is not its own end');
  return { from, length, last: total !== '*' };
}

const invalid = (problem: string): InputInvalidError => new InputInvalidError('content-range', problem);
