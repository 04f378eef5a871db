import { spawn } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { grantSchema, type AttemptId } from '@longshore/protocol';
import {
  aCancelCommand,
  aRunCommand,
  aRunStep,
  aServerLife,
  anAttemptId,
  anOwner,
  anotherServerLife,
} from '../testing/a-command';
import { aHome } from '../testing/a-place';
import { bundleProgram } from '../testing/bundle-program';
import { retentionWindow } from './checkpoint-facts';
import { Journal } from './journal';
import { CommandConflictError, JournalDamagedError, JournalRolledBackError } from './journal-errors';

const aGrant = (epoch: number) => grantSchema.parse({ epoch, nonce: 'n'.repeat(16) });
const anEnd = (attemptId: AttemptId) => ({
  ...{ attemptId, attemptNumber: 1, itemId: aRunStep().itemId, outcome: 'succeeded' as const },
  ...{ exitCode: 0, signal: null, outputs: {}, logs: {}, ranMs: 1, endedAt: '2026-01-01T00:00:00.000Z' },
  ...{ reason: null, evidence: null },
});

describe('the journal', () => {
  let home: ReturnType<typeof aHome>;
  beforeEach(() => (home = aHome()));
  afterEach(() => home.remove());

  const reopened = async (journal: Journal): Promise<Journal> => {
    journal.close();
    return Journal.open(home, anOwner);
  };

  it('knows after a restart what it knew before', async () => {
    const journal = await Journal.open(home, anOwner);
    const order = aRunStep();
    await journal.recordGrant(aGrant(3), aServerLife);
    await journal.recordCommands([aRunCommand(1, order)]);
    await journal.recordStart(order.attemptId);
    const ended = await journal.appendEvent('step.ended', anEnd(order.attemptId));
    const { incarnation, end } = journal;

    const again = await reopened(journal);
    expect(again.incarnation).toBe(incarnation);
    expect(again.end).toEqual(end);
    expect(again.lastGrant).toEqual(aGrant(3));
    expect(again.openAttempts()).toEqual([{ attemptId: order.attemptId, phase: 'ended' }]);
    expect(again.openOrder(order.attemptId)?.order).toEqual(order);
    expect(again.stillHeld('work', 0)).toEqual([ended]);
    expect(again.held('control')).toMatchObject({ lowest: 1, highest: 1 });
    await again.acknowledge('work', 1);
    expect(again.openAttempts()).toEqual([]);
    again.close();
  });

  it('releases commands once, in order, when the gap before them is closed', async () => {
    const journal = await Journal.open(home, anOwner);
    const [first, second, third] = [aRunCommand(1), aRunCommand(2), aRunCommand(3)];
    const early = await journal.recordCommands([third, first]);
    expect(early.verdicts.map(({ verdict }) => verdict)).toEqual(['hold', 'apply']);
    expect(early).toMatchObject({ highest: 1, released: [first] });
    expect(journal.hasCommandGap).toBe(true);
    expect(await journal.recordCommands([second])).toMatchObject({ highest: 3, released: [second, third] });
    expect(await journal.recordCommands([second])).toMatchObject({ highest: 3, released: [] });
    journal.close();
  });

  it('refuses another message under a number that it has', async () => {
    const journal = await Journal.open(home, anOwner);
    await journal.recordCommands([aRunCommand(1)]);
    await expect(journal.recordCommands([aRunCommand(1)])).rejects.toThrow(CommandConflictError);
    journal.close();
  });

  it('counts commands anew in a new life of the server and keeps the attempts of the old one', async () => {
    const journal = await Journal.open(home, anOwner);
    const order = aRunStep();
    await journal.recordGrant(aGrant(1), aServerLife);
    await journal.recordCommands([aRunCommand(1, order), aRunCommand(2)]);
    await journal.recordGrant(aGrant(2), anotherServerLife);
    expect(journal.commandsReceived).toEqual({ highest: 0, highestId: null });
    const renumbered = aRunCommand(1, aRunStep(), anotherServerLife);
    expect(await journal.recordCommands([renumbered])).toMatchObject({ highest: 1, released: [renumbered] });
    expect(journal.openOrder(order.attemptId)?.order).toEqual(order);
    journal.close();
  });

  it('remembers a cancel, an abandoned start, and that an abandoned order is nobody’s', async () => {
    const journal = await Journal.open(home, anOwner);
    const [started, waiting] = [aRunStep(), aRunStep()];
    await journal.recordCommands([aRunCommand(1, started), aRunCommand(2, waiting)]);
    await journal.recordStart(started.attemptId);
    await journal.recordAbandoned(started.attemptId);
    await journal.recordCommands([aCancelCommand(3, waiting.attemptId)]);
    expect(journal.openOrder(waiting.attemptId)?.cancelReason).toBe('an operator wants it');
    await journal.recordAbandoned(waiting.attemptId);
    expect(await journal.recordStart(waiting.attemptId)).toBe(false);

    const again = await reopened(journal);
    expect(again.openAttempts()).toEqual([{ attemptId: started.attemptId, phase: 'started' }]);
    expect(again.openOrder(started.attemptId)?.cancelReason).toContain('gave this attempt up');
    again.close();
  });

  it('is made short without losing what somebody may still ask for', async () => {
    const journal = await Journal.open(home, anOwner, 40);
    const waiting = aRunStep();
    await journal.recordGrant(aGrant(1), aServerLife);
    await journal.recordCommands([aRunCommand(1, waiting)]);
    const sent = retentionWindow * 3;
    for (let round = 0; round < sent; round += 50) {
      await Promise.all(
        Array.from({ length: 50 }, () => journal.appendEvent('step.accepted', { attemptId: anAttemptId() })),
      );
      await journal.acknowledge('control', round + 40);
    }
    const again = await reopened(journal);
    expect(again.openOrder(waiting.attemptId)?.order).toEqual(waiting);
    expect(again.acknowledgedUpTo('control')).toBe(sent - 10);
    expect(again.held('control')).toMatchObject({ highest: sent });
    expect(again.held('control').lowest).toBeGreaterThan(sent - 2.5 * retentionWindow);
    expect(again.stillHeld('control', sent - 10).map(({ seq }) => seq)).toHaveLength(10);
    await expect(again.recordCommands([aRunCommand(1)])).rejects.toThrow(CommandConflictError);
    again.close();
  });

  it('finds a flipped byte', async () => {
    const journal = await Journal.open(home, anOwner);
    for (let seq = 1; seq <= 50; seq += 1) await journal.recordCommands([aRunCommand(seq)]);
    journal.close();
    const bytes = readFileSync(home.journal);
    const at = bytes.indexOf('"processName":"deploy"', Math.floor(bytes.length / 2));
    bytes[at + 16] = 'D'.charCodeAt(0);
    writeFileSync(home.journal, bytes);
    await expect(Journal.open(home, anOwner)).rejects.toThrow(JournalDamagedError);
  });

  it('finds that it went back in time, or is gone', async () => {
    const journal = await Journal.open(home, anOwner);
    await journal.recordCommands([aRunCommand(1)]);
    journal.close();
    copyFileSync(home.journal, `${home.journal}.copy`);
    const later = await Journal.open(home, anOwner);
    await later.recordCommands([aRunCommand(2)]);
    later.close();
    copyFileSync(`${home.journal}.copy`, home.journal);
    await expect(Journal.open(home, anOwner)).rejects.toThrow(JournalRolledBackError);
    rmSync(home.journal);
    await expect(Journal.open(home, anOwner)).rejects.toThrow(JournalRolledBackError);
  });

  it('loses nothing that it acknowledged when it is killed in the middle of a write', async () => {
    const program = bundleProgram(join(__dirname, '..', 'testing', 'journal-hammer.main.ts'), home.root);
    for (let round = 0; round < 3; round += 1) {
      const acknowledged = await hammerUntilKilled(program, home.root, 150 + round * 60);
      const journal = await Journal.open(home, anOwner);
      expect(acknowledged).toBeGreaterThan(0);
      expect(journal.commandsReceived.highest).toBeGreaterThanOrEqual(acknowledged);
      journal.close();
    }
  }, 30_000);

  it('refuses new work with the reason when it cannot grow, and is whole afterwards', async () => {
    const program = bundleProgram(join(__dirname, '..', 'testing', 'journal-hammer.main.ts'), home.root);
    const lines = await underFileLimit(program, home.root, 9_000);
    const refused = lines.at(-1) ?? '';
    expect(refused).toMatch(/^refused .+JournalUnwritableError/);
    const journal = await Journal.open(home, anOwner);
    expect(journal.commandsReceived.highest).toBeGreaterThanOrEqual(Number(lines.at(-2)));
    expect(journal.refusesWork).toBeNull();
    journal.close();
  }, 60_000);
});

/** Answers the last number that the program was told is on disk. */
async function hammerUntilKilled(program: string, root: string, afterMs: number): Promise<number> {
  const child = spawn(process.execPath, [program, root], { stdio: ['ignore', 'pipe', 'inherit'] });
  let last = 0;
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    if (last === 0) setTimeout(() => child.kill('SIGKILL'), afterMs);
    last = Number(line);
  });
  await new Promise((resolve) => child.once('close', resolve));
  return last;
}

/** No file of the program may grow beyond so many KiB: the disk refuses in the middle of a write. */
async function underFileLimit(program: string, root: string, kib: number): Promise<string[]> {
  const script = `trap '' XFSZ; ulimit -f ${kib}; exec "$0" "$1" "$2" 100`;
  const child = spawn('bash', ['-c', script, process.execPath, program, root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  await new Promise((resolve) => child.once('close', resolve));
  return lines;
}
