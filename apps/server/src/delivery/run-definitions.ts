/**
 * The definitions of runs lately worked on. A run's definition never changes, so it is read once; only the data key that
 * its secrets are under may be replaced (docs/security.md, Keys), so one that cannot be read any more is read anew.
 */
import type { Queryable, RunStore } from '@longshore/persistence';
import { LongshoreError, type RunId } from '@longshore/protocol';
import type { ProcessDefinition } from '@longshore/rest-contract';

const remembered = 200;

export class RunDefinitionMissingError extends LongshoreError {
  constructor(readonly runId: RunId) {
    super('RUN_DEFINITION_MISSING', 'give-up', `there is no definition of run ${runId}`);
  }
}

export class RunDefinitions {
  private readonly known = new Map<RunId, ProcessDefinition>();

  constructor(
    private readonly runs: RunStore,
    private readonly isReadable: (definition: ProcessDefinition) => boolean,
  ) {}

  async read(runIds: readonly RunId[], queryable: Queryable): Promise<ReadonlyMap<RunId, ProcessDefinition>> {
    const wanted = new Set(runIds);
    const missing = [...wanted].filter((runId) => {
      const known = this.known.get(runId);
      return known === undefined || !this.isReadable(known);
    });
    const read =
      missing.length === 0 ? new Map<RunId, ProcessDefinition>() : await this.runs.definitions(missing, queryable);
    const answer = new Map<RunId, ProcessDefinition>();
    for (const runId of wanted) {
      const definition = read.get(runId) ?? this.known.get(runId);
      if (definition === undefined) throw new RunDefinitionMissingError(runId);
      answer.set(runId, definition);
      this.remember(runId, definition);
    }
    return answer;
  }

  /** The one used longest ago is forgotten first: a map keeps the order of insertion. */
  private remember(runId: RunId, definition: ProcessDefinition): void {
    this.known.delete(runId);
    this.known.set(runId, definition);
    const oldest = this.known.keys().next();
    if (this.known.size > remembered && oldest.done === false) this.known.delete(oldest.value);
  }
}
