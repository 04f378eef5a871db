import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeRoom, writeDurablyInRoom } from './durable-file';

describe('a file with room of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-room-'));
  const path = join(folder, 'exit.json');
  afterEach(() => readdirSync(folder).forEach((name) => rmSync(join(folder, name))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is written into the very blocks that were taken for it', async () => {
    await takeRoom(path, 4096);
    const { ino, blocks } = statSync(`${path}.room`);
    expect(blocks).toBeGreaterThan(0);
    await writeDurablyInRoom(path, '{"exitCode":0}');
    expect(readFileSync(path, 'utf8')).toBe('{"exitCode":0}');
    expect(statSync(path)).toMatchObject({ ino, size: 14 });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['exit.json']);
  });

  it('is written all the same where no room was taken, or more is needed', async () => {
    await writeDurablyInRoom(path, 'without');
    expect(readFileSync(path, 'utf8')).toBe('without');
    await takeRoom(path, 4);
    await writeDurablyInRoom(path, 'longer than that');
    expect(readFileSync(path, 'utf8')).toBe('longer than that');
  });
});
