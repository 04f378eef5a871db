import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { productFolder, programsWith, type Weakening } from '../site/programs';

/** Put together here, so that this file does not hold what it looks for. */
const marker = ['LONGSHORE', 'WEAKENED'].join('-');
const option = ['--', 'weaken'].join('');

const weakened = resolve(__dirname, '../weakened');
const names = readdirSync(weakened).map((file) => file.replace(/\.ts$/, '') as Weakening);
const appOf = (name: Weakening): 'server' | 'agent' =>
  ['agent-queue', 'pin-check', 'rotation-chain'].includes(name) ? 'agent' : 'server';

const programsIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(c|m)?js$|\.html$/.test(file))
    .map((file) => join(folder, file));

describe('when production is built', () => {
  it('holds no weakening, nor the switch for one', () => {
    const programs = programsIn(productFolder);
    expect(programs.length).toBeGreaterThan(8);
    for (const program of programs) {
      const text = readFileSync(program, 'utf8');
      expect([program, text.includes(marker), text.includes(option)]).toEqual([program, false, false]);
    }
  });

  it.each(names)('differs from the bundle that is weakened by %s, which says so', async (name) => {
    const app = appOf(name);
    const main = programsIn(join(await programsWith(name, app), app)).map((program) => readFileSync(program, 'utf8'));
    expect(main.some((text) => text.includes(`${marker} ${name}`))).toBe(true);
  });

  it('refuses to put a weakened bundle where the product is', async () => {
    const place = join(productFolder, '../elsewhere');
    await expect(programsWith('pin-check', 'agent', place)).rejects.toThrow(/dist is for the product/);
    expect(existsSync(place)).toBe(false);
  });
});
