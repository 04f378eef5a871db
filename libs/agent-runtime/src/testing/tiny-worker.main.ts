/**
 * A worker of a few lines for the supervisor's tests. What it does stands in its first argument: `crash` (says a line
 * and ends with 7), `ask` (asks to start, tells the answer as a problem), `obey` (carries out each order as far as it is allowed to, and
 * crashes when one is to be cancelled), `stay` (ends when the monitor is gone).
 */
import { writeFileSync } from 'node:fs';
import type { RunStep } from '@longshore/protocol';
import { MonitorLink } from '../supervision/monitor-link';
import { anAttemptId } from './a-command';

const [mode, path = ''] = process.argv.slice(2);
const link = new MonitorLink(
  (message) => {
    if (message.kind === 'stop') process.exit(0);
    if (mode !== 'obey') return;
    if (message.kind === 'run') void obey(message.order);
    if (message.kind === 'begin') message.attempts.forEach(({ order, phase }) => phase !== 'ended' && void obey(order));
    if (message.kind === 'cancel') process.exit(9);
    if (message.kind === 'post-work') link.tell({ kind: 'work-acknowledged', seq: message.messages.at(-1)?.seq ?? 0 });
  },
  () => {
    if (path !== '') writeFileSync(path, 'the monitor is gone');
    process.exit(0);
  },
);
link.tell({ kind: 'ready' });
if (mode === 'crash') {
  process.stderr.write('the last word\n');
  setTimeout(() => process.exit(7), 50);
}
if (mode === 'ask') {
  link.ask({ kind: 'start', attemptId: anAttemptId() }).then(
    () => link.tell({ kind: 'https-problem', problem: 'it may' }),
    (cause: Error) => link.tell({ kind: 'https-problem', problem: cause.message }),
  );
}
setInterval(() => undefined, 1_000);

async function obey({ attemptId, attemptNumber, itemId }: RunStep): Promise<void> {
  await link.ask({ kind: 'accepted', attemptId });
  await link.ask({ kind: 'start', attemptId });
  const nothing = { exitCode: 0, signal: null, outputs: {}, logs: {}, ranMs: 1, reason: null, evidence: null };
  const ended = { attemptId, attemptNumber, itemId, outcome: 'succeeded' as const, endedAt: new Date().toISOString() };
  await link.ask({ kind: 'ended', ended: { ...ended, ...nothing } });
}
