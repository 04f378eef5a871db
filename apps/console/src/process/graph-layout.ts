/**
 * Where does each step stand in the drawing of a process? Steps that need nothing are in the first column, every
 * other one column after the last step that it needs; within a column, near the middle of what it needs. A line that
 * passes a column gets a lane of its own there, so that it never runs behind a box and seems to lead into it.
 *
 * The editor draws while people type, so names that do not exist and steps that wait for each other are normal here:
 * unknown needs are left out, and a line that would lead backwards is bent from box to box.
 */
import { columnsOf, knownNeeds, type GraphStep } from './graph-columns';

export type { GraphStep };

export interface GraphNode {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** An SVG path. */
  readonly path: string;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly width: number;
  readonly height: number;
}

export const nodeSize = { width: 172, height: 44 } as const;
const laneHeight = 8;
const gap = { x: 56, y: 14 } as const;
const margin = 4;

/** What takes up room in a column: a step's box, or the lane of a line that passes. */
interface Slot {
  readonly id: string;
  readonly height: number;
  /** Slots in earlier columns that it is drawn towards. */
  readonly before: readonly string[];
}

interface Place {
  readonly x: number;
  readonly middle: number;
}

export function layoutGraph(steps: readonly GraphStep[]): Graph {
  const needs = knownNeeds(steps);
  const names = columnsOf(needs);
  const columns = orderSlots(slotsOf(names, needs));
  const heights = columns.map((column) => heightOf(column));
  const height = 2 * margin + Math.max(0, ...heights);
  const places = placeSlots(columns, heights, height);
  const nodes = names.flat().flatMap((name) => {
    const place = places.get(name);
    return place === undefined ? [] : [{ name, x: place.x, y: place.middle - nodeSize.height / 2 }];
  });
  const edges = [...needs].flatMap(([to, from]) => from.map((name) => edgeBetween(name, to, { names, places })));
  const width = 2 * margin + columns.length * nodeSize.width + Math.max(0, columns.length - 1) * gap.x;
  return { nodes, edges, width, height };
}

function slotsOf(names: readonly (readonly string[])[], needs: ReadonlyMap<string, readonly string[]>): Slot[][] {
  const columnOf = new Map(names.flatMap((column, index) => column.map((name) => [name, index] as const)));
  const slots: Slot[][] = names.map(() => []);
  names.forEach((column, index) => {
    for (const name of column) {
      const before = (needs.get(name) ?? []).map((from) => {
        const start = columnOf.get(from) ?? index;
        for (let passed = start + 1; passed < index; passed += 1) {
          const last = passed === start + 1 ? from : laneId(from, name, passed - 1);
          slots[passed]?.push({ id: laneId(from, name, passed), height: laneHeight, before: [last] });
        }
        return index - start > 1 ? laneId(from, name, index - 1) : from;
      });
      slots[index]?.push({ id: name, height: nodeSize.height, before });
    }
  });
  return slots;
}

function laneId(from: string, to: string, column: number): string {
  return `${from}\n${to}\n${column}`;
}

/** One sweep from left to right: each slot is drawn towards the average place of what comes before it. */
function orderSlots(columns: readonly (readonly Slot[])[]): Slot[][] {
  const shares = new Map<string, number>();
  return columns.map((column) => {
    const wish = ({ before }: Slot): number => {
      const known = before.flatMap((id) => shares.get(id) ?? []);
      return known.length === 0 ? 0.5 : known.reduce((sum, share) => sum + share, 0) / known.length;
    };
    const wishes = new Map(column.map((slot) => [slot, wish(slot)]));
    const ordered = [...column].sort((a, b) => (wishes.get(a) ?? 0) - (wishes.get(b) ?? 0));
    ordered.forEach(({ id }, index) => shares.set(id, (index + 0.5) / ordered.length));
    return ordered;
  });
}

function heightOf(column: readonly Slot[]): number {
  return column.reduce((sum, { height }) => sum + height, 0) + Math.max(0, column.length - 1) * gap.y;
}

function placeSlots(
  columns: readonly (readonly Slot[])[],
  heights: readonly number[],
  height: number,
): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  columns.forEach((column, index) => {
    const x = margin + index * (nodeSize.width + gap.x);
    let top = (height - (heights[index] ?? 0)) / 2;
    for (const slot of column) {
      places.set(slot.id, { x, middle: top + slot.height / 2 });
      top += slot.height + gap.y;
    }
  });
  return places;
}

interface Drawn {
  readonly names: readonly (readonly string[])[];
  readonly places: ReadonlyMap<string, Place>;
}

function edgeBetween(from: string, to: string, { names, places }: Drawn): GraphEdge {
  const lanes = names.flatMap((_column, index) => places.get(laneId(from, to, index)) ?? []);
  const start = places.get(from) ?? { x: 0, middle: 0 };
  const end = places.get(to) ?? start;
  let [x, y] = [start.x + nodeSize.width, start.middle];
  let path = `M${x},${y}`;
  for (const lane of lanes) {
    path += `${bend(x, y, lane.x, lane.middle)}H${lane.x + nodeSize.width}`;
    [x, y] = [lane.x + nodeSize.width, lane.middle];
  }
  return { from, to, path: path + bend(x, y, end.x, end.middle) };
}

function bend(x1: number, y1: number, x2: number, y2: number): string {
  const reach = Math.max(gap.x / 2, (x2 - x1) / 2);
  return `C${x1 + reach},${y1} ${x2 - reach},${y2} ${x2},${y2}`;
}
