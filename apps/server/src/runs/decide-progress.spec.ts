import type { AgentId, Outcome } from '@longshore/protocol';
import { type ProcessDefinition, processDefinitionSchema } from '@longshore/rest-contract';
import fc from 'fast-check';
import { decideProgress, type ProgressItem } from './decide-progress';

type Need = string | { step: string; on: 'every-agent' | 'same-agent' };

function aProcess(steps: Readonly<Record<string, Need[]>>): ProcessDefinition {
  return processDefinitionSchema.parse({
    name: 'p',
    steps: Object.entries(steps).map(([name, needs]) => ({ name, needs })),
  });
}

function anItem(place: string, state: ProgressItem['state'] = 'waiting', outcome: Outcome | null = null): ProgressItem {
  const [step = '', agentId = ''] = place.split('@');
  return { step, agentId: agentId as AgentId, state, outcome };
}

const done = (place: string): ProgressItem => anItem(place, 'ended', 'succeeded');
const names = (items: readonly ProgressItem[]): string[] => items.map(({ step, agentId }) => `${step}@${agentId}`);

function progressOf(definition: ProcessDefinition, items: readonly ProgressItem[], cancelRequested = false) {
  const { activate, skip, run } = decideProgress(definition, items, cancelRequested);
  return { activate: names(activate), skip: names(skip), run };
}

describe('a run', () => {
  const fanIn = aProcess({ build: [], deploy: ['build'] });

  it('begins with all that needs nothing', () => {
    const items = ['build@a', 'build@b', 'deploy@a'].map((place) => anItem(place));
    expect(progressOf(fanIn, items)).toEqual({ activate: ['build@a', 'build@b'], skip: [], run: 'running' });
  });

  it('waits for a needed step on every agent', () => {
    expect(progressOf(fanIn, [done('build@a'), anItem('build@b', 'active'), anItem('deploy@a')]).activate).toEqual([]);
    expect(progressOf(fanIn, [done('build@a'), done('build@b'), anItem('deploy@a')]).activate).toEqual(['deploy@a']);
  });

  it('waits on the same agent only where that is asked for', () => {
    const rolling = aProcess({ build: [], deploy: [{ step: 'build', on: 'same-agent' }] });
    const items = [
      done('build@a'),
      anItem('build@b', 'active'),
      anItem('deploy@a'),
      anItem('deploy@b'),
      anItem('deploy@c'),
    ];
    expect(progressOf(rolling, items).activate).toEqual(['deploy@a', 'deploy@c']);
  });

  it('skips what can no longer succeed, and all that needs it, while other branches go on', () => {
    const process = aProcess({ build: [], deploy: ['build'], verify: ['deploy'], clean: [] });
    const failed = [
      anItem('build@a', 'ended', 'failed'),
      anItem('deploy@a'),
      anItem('verify@a'),
      anItem('clean@a', 'active'),
    ];
    expect(progressOf(process, failed)).toEqual({ activate: [], skip: ['deploy@a', 'verify@a'], run: 'running' });
    expect(progressOf(process, [...failed.slice(0, 3), done('clean@a')]).run).toBe('failed');
  });

  it('fails on one agent alone where the need is on the same agent', () => {
    const rolling = aProcess({ build: [], deploy: [{ step: 'build', on: 'same-agent' }] });
    const items = [anItem('build@a', 'ended', 'failed'), done('build@b'), anItem('deploy@a'), anItem('deploy@b')];
    expect(progressOf(rolling, items)).toEqual({ activate: ['deploy@b'], skip: ['deploy@a'], run: 'running' });
  });

  it('that is cancelled starts nothing more, and ends once nothing is active', () => {
    const items = [anItem('build@a', 'active'), anItem('deploy@a')];
    expect(progressOf(fanIn, items, true)).toEqual({ activate: [], skip: ['deploy@a'], run: 'running' });
    expect(progressOf(fanIn, [anItem('build@a', 'ended', 'cancelled'), anItem('deploy@a', 'skipped')], true).run).toBe(
      'cancelled',
    );
  });

  it('that was cancelled too late has succeeded all the same', () => {
    expect(progressOf(fanIn, [done('build@a'), done('deploy@a')], true).run).toBe('succeeded');
  });
});

describe('any process with any outcomes', () => {
  const agents = ['a', 'b', 'c'];
  /** Step n may need any of the steps before it. */
  const processes = fc
    .array(
      fc.array(fc.tuple(fc.nat(9), fc.constantFrom('every-agent' as const, 'same-agent' as const)), { maxLength: 3 }),
      { minLength: 1, maxLength: 8 },
    )
    .map((steps) =>
      aProcess(
        Object.fromEntries(
          steps.map((needs, index) => [
            `s${index}`,
            index === 0 ? [] : needs.map(([nth, on]) => ({ step: `s${nth % index}`, on })),
          ]),
        ),
      ),
    );
  const outcomes = fc.infiniteStream(
    fc.constantFrom<Outcome>('succeeded', 'succeeded', 'succeeded', 'failed', 'unknown'),
  );

  it('comes to an end, starts each item at most once, and never before what it needs has succeeded', () => {
    fc.assert(
      fc.property(processes, outcomes, fc.option(fc.nat(20)), (definition, verdicts, cancelAt) => {
        let items = definition.steps.flatMap(({ name }) => agents.map((agent) => anItem(`${name}@${agent}`)));
        const started = new Set<string>();
        for (let turn = 0; ; turn += 1) {
          expect(turn).toBeLessThan(100);
          const next = decideProgress(definition, items, cancelAt !== null && turn >= cancelAt);
          for (const item of next.activate) {
            expect(started.has(names([item])[0] ?? '')).toBe(false);
            started.add(names([item])[0] ?? '');
            for (const need of definition.steps.find(({ name }) => name === item.step)?.needs ?? []) {
              const needed = items.filter(
                ({ step, agentId }) => step === need.step && (need.on === 'every-agent' || agentId === item.agentId),
              );
              expect(needed.every(({ outcome }) => outcome === 'succeeded')).toBe(true);
            }
          }
          items = items.map((item): ProgressItem => {
            if (next.activate.includes(item)) return { ...item, state: 'active' };
            return next.skip.includes(item) ? { ...item, state: 'skipped' } : item;
          });
          const active = items.findIndex(({ state }) => state === 'active');
          if (next.run !== 'running') {
            expect(items.every(({ state }) => state === 'ended' || state === 'skipped')).toBe(true);
            expect(next.run === 'succeeded').toBe(items.every(({ outcome }) => outcome === 'succeeded'));
            return;
          }
          expect(active).toBeGreaterThanOrEqual(0);
          items = items.with(active, {
            ...(items[active] as ProgressItem),
            state: 'ended',
            outcome: verdicts.next().value as Outcome,
          });
        }
      }),
    );
  });
});
