import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReservedSpace } from './reserved-space';

describe('reserved space', () => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-reserve-'));
  const path = join(folder, 'reserved-space');
  const full = 8 * 1024 * 1024;
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('takes real room, gives it back piece by piece, and is filled up again', () => {
    const reserve = new ReservedSpace(path);
    expect(reserve.hold()).toBe(true);
    const { size, blocks, mode } = statSync(path);
    expect([size, blocks * 512 >= full, mode & 0o777]).toEqual([full, true, 0o600]);
    reserve.releasePiece();
    expect(reserve.heldBytes).toBe(full - 512 * 1024);
    expect(reserve.hold()).toBe(true);
    expect(reserve.heldBytes).toBe(full);
    for (let pieces = 0; pieces < 17; pieces += 1) reserve.releasePiece();
    expect(reserve.heldBytes).toBe(0);
  });

  it('keeps what it has where there is no room for more', () => {
    const reserve = new ReservedSpace(path);
    reserve.hold();
    reserve.releasePiece();
    // A limit on the size of files stands for the full disk; node has it as an error, since it ignores the signal.
    const script = `
      const { ReservedSpace } = require(${JSON.stringify(join(folder, 'reserved-space.cjs'))});
      const reserve = new ReservedSpace(${JSON.stringify(path)});
      process.on('SIGXFSZ', () => undefined);
      process.stdout.write(JSON.stringify([reserve.hold(), reserve.heldBytes]));`;
    execFileSync(
      join(__dirname, '../../../../node_modules/.bin/esbuild'),
      [
        join(__dirname, 'reserved-space.ts'),
        ...['--bundle', '--platform=node', '--format=cjs', `--outfile=${join(folder, 'reserved-space.cjs')}`],
      ],
      { stdio: 'ignore' },
    );
    const answer = execFileSync('/bin/bash', ['-c', 'ulimit -f 7900 && exec "$0" -e "$1"', process.execPath, script]);
    expect(JSON.parse(answer.toString())).toEqual([false, full - 512 * 1024]);
  });
});
