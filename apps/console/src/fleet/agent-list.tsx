/** The rows of the fleet; only those on the screen exist, so thousands of agents scroll as ten do. */
import { Card } from '@mantine/core';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState } from 'react';
import type { Agent } from '@longshore/rest-contract';
import { AgentListHead, AgentRow } from './agent-row';

const likelyRowHeight = 61;

export function AgentList({ agents, asOf }: { readonly agents: readonly Agent[]; readonly asOf: number }) {
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0), []);
  const rows = useWindowVirtualizer({
    count: agents.length,
    estimateSize: () => likelyRowHeight,
    getItemKey: (index) => agents[index]?.id ?? index,
    overscan: 8,
    scrollMargin: top,
  });
  return (
    <Card padding={0}>
      <AgentListHead />
      <ul
        ref={list}
        aria-label="Agents"
        style={{ position: 'relative', height: rows.getTotalSize(), margin: 0, padding: 0, listStyle: 'none' }}
      >
        {rows.getVirtualItems().map(({ key, index, start }) => {
          const agent = agents[index];
          if (agent === undefined) return null;
          const place = { position: 'absolute', insetInline: 0, transform: `translateY(${start - top}px)` } as const;
          return (
            <li key={key} data-index={index} ref={rows.measureElement} style={place}>
              <AgentRow agent={agent} asOf={asOf} />
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
