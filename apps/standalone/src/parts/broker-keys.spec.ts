import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLayout, type Layout } from '../layout';
import { openBrokerKeys } from './broker-keys';

let layout: Layout;
beforeEach(() => (layout = openLayout(mkdtempSync(join(tmpdir(), 'longshore-keys-')))));
afterEach(() => rmSync(layout.root, { recursive: true }));

const marks = (rotate: boolean) => {
  const { current, next } = openBrokerKeys(layout, rotate);
  return [current.fingerprint, next.fingerprint];
};

describe('keys of the private broker', () => {
  it('are made once, privately, with the next one from the beginning', () => {
    const first = marks(false);
    expect(new Set(first).size).toBe(2);
    expect(marks(false)).toEqual(first);
    for (const name of [
      'broker-identity/identity.json',
      'broker-identity/next.json',
      'server/agent-ca/authority.json',
    ]) {
      expect(statSync(join(layout.root, name)).mode & 0o777).toBe(0o600);
    }
  });

  it('move to the one that was announced, announce another, and forget the old one', () => {
    const [old, announced] = marks(false);
    const [current, next] = marks(true);
    expect(current).toBe(announced);
    expect([old, announced]).not.toContain(next);
    expect(marks(false)).toEqual([current, next]);
  });

  it('are two again after a rotation that was cut off between its files', () => {
    const [, announced] = marks(false);
    const folder = join(layout.root, 'broker-identity');
    writeFileSync(join(folder, 'identity.json'), readFileSync(join(folder, 'next.json')));
    const [current, next] = marks(false);
    expect(current).toBe(announced);
    expect(next).not.toBe(announced);
  });

  it('leave the authority of the agents as it is', () => {
    const { agentCaPem } = openBrokerKeys(layout, false);
    expect(openBrokerKeys(layout, true).agentCaPem).toBe(agentCaPem);
  });
});
