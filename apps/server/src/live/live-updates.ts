/**
 * Tells the consoles that something changed, so that they ask again: at most four times a second for each topic,
 * the last change always included (docs/operations.md, Live updates). It carries no data, so a lost or doubled
 * event costs nothing.
 */
import { Injectable } from '@nestjs/common';
import type { LiveEvent } from '@longshore/rest-contract';

export type LiveListener = (event: LiveEvent) => void;

const pauseMs = 250;

@Injectable()
export class LiveUpdates {
  readonly #listeners = new Set<LiveListener>();
  /** Topics in their pause; true where something changed during it. */
  readonly #pauses = new Map<string, boolean>();

  changed(event: LiveEvent): void {
    if (this.#listeners.size === 0) return;
    const key = liveKey(event);
    if (this.#pauses.has(key)) return void this.#pauses.set(key, true);
    this.#tell(event, key);
  }

  /** Answers with the function that ends it. */
  subscribe(listener: LiveListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #tell(event: LiveEvent, key: string): void {
    for (const listener of this.#listeners) listener(event);
    this.#pauses.set(key, false);
    setTimeout(() => {
      const changedMeanwhile = this.#pauses.get(key) === true;
      this.#pauses.delete(key);
      if (changedMeanwhile) this.#tell(event, key);
    }, pauseMs).unref();
  }
}

export const liveKey = (event: LiveEvent): string => (event.topic === 'run' ? `run:${event.id}` : event.topic);
