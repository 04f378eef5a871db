/** Steps across, agents down: one cell per item. Only the rows on the screen exist. */
import { Card } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import { Link } from 'react-router';
import type { Item, Run } from '@longshore/rest-contract';
import { ItemCell } from './item-cell';
import { matrixOf } from './item-progress';
import classes from './run-matrix.module.css';

export interface RunMatrixProps {
  readonly run: Run;
  readonly chosen: string | null;
  readonly onChoose: (item: Item) => void;
}

const rowHeight = 46;

export function RunMatrix({ run, chosen, onChoose }: RunMatrixProps) {
  const matrix = useMemo(() => matrixOf(run.items), [run.items]);
  const steps = run.definition.steps.map(({ name }) => name);
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: matrix.agents.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });
  if (run.items.length === 0) return null;
  const columns = { gridTemplateColumns: `minmax(110px, 200px) repeat(${steps.length}, minmax(156px, 1fr))` };
  return (
    <Card padding={0} component="section" aria-label="Steps on agents">
      <div ref={frame} className={classes.frame} role="table" aria-rowcount={matrix.agents.length + 1}>
        <div className={`${classes.row} ${classes.head}`} style={columns} role="row">
          <div role="columnheader" className={classes.corner}>
            Agent
          </div>
          {steps.map((step) => (
            <div key={step} role="columnheader" title={step} className={classes.step}>
              {step}
            </div>
          ))}
        </div>
        <div style={{ height: rows.getTotalSize(), position: 'relative', minWidth: 'fit-content' }} role="rowgroup">
          {rows.getVirtualItems().map(({ index, start }) => {
            const agent = matrix.agents[index];
            if (agent === undefined) return null;
            const place = { ...columns, height: rowHeight, transform: `translateY(${start}px)` };
            return (
              <div
                key={agent}
                role="row"
                aria-rowindex={index + 2}
                className={`${classes.row} ${classes.body}`}
                style={place}
              >
                <div role="rowheader" className={classes.agent}>
                  <Link to={`/fleet/${agent}`} className="quiet-link" title={agent}>
                    {agent}
                  </Link>
                </div>
                {steps.map((step) => {
                  const item = matrix.at(agent, step);
                  return (
                    <div key={step} role="cell" className={classes.cell}>
                      {item !== null && (
                        <ItemCell item={item} isChosen={item.id === chosen} onChoose={() => onChoose(item)} />
                      )}
                    </div>
                  );
                })}
              </div>
            );
          })}
        </div>
      </div>
    </Card>
  );
}
