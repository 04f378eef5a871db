/** Where everything of one installation stands below its data folder. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface Layout {
  readonly root: string;
  readonly postgres: string;
  readonly broker: string;
  readonly server: string;
  readonly agents: string;
  readonly log: string;
  /** Which processes this installation started, for the successor of a launcher that was killed. */
  readonly running: string;
}

export function openLayout(root: string): Layout {
  const layout: Layout = {
    root,
    postgres: join(root, 'postgres'),
    broker: join(root, 'broker'),
    server: join(root, 'server'),
    agents: join(root, 'agents'),
    log: join(root, 'log'),
    running: join(root, 'running'),
  };
  for (const folder of [layout.server, layout.agents, layout.log, layout.running]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  return layout;
}

/** The built programs beside this one: dist/apps/standalone/main.js → dist/apps/<app>/main.js. */
export function programOf(app: 'server' | 'agent'): string {
  return resolve(__dirname, '..', app, 'main.js');
}
