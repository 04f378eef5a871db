/** Steps as boxes, needs as lines. The look of a box tells how far its step is, where there is a run. */
import { layoutGraph, nodeSize, type GraphStep } from './graph-layout';
import classes from './dependency-drawing.module.css';

export interface DrawnStep extends GraphStep {
  /** Second line of the box: `3 of 4`, or the step type. */
  readonly note: string;
  readonly look: 'plain' | 'waiting' | 'active' | 'succeeded' | 'failed' | 'skipped';
}

const nameLength = 21;

export function DependencyDrawing({ steps }: { readonly steps: readonly DrawnStep[] }) {
  const { nodes, edges, width, height } = layoutGraph(steps);
  const byName = new Map(steps.map((step) => [step.name, step]));
  return (
    <div className={classes.frame} tabIndex={0} role="img" aria-label={describe(steps)}>
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden>
        {edges.map(({ from, to, path }) => (
          <path key={`${from}\n${to}`} d={path} className={classes.edge} />
        ))}
        {nodes.map(({ name, x, y }) => (
          <g key={name} transform={`translate(${x},${y})`} className={classes.node} data-look={byName.get(name)?.look}>
            <rect width={nodeSize.width} height={nodeSize.height} rx={7} />
            <text x={12} y={18} className={classes.name}>
              {shorten(name)}
            </text>
            <text x={12} y={34} className={classes.note}>
              {byName.get(name)?.note}
            </text>
            <title>{name}</title>
          </g>
        ))}
      </svg>
    </div>
  );
}

function shorten(name: string): string {
  return name.length <= nameLength ? name : `${name.slice(0, nameLength - 1)}…`;
}

function describe(steps: readonly DrawnStep[]): string {
  return steps
    .map(({ name, needs, note }) => `${name} (${note})${needs.length === 0 ? '' : ` after ${needs.join(' and ')}`}`)
    .join('; ');
}
