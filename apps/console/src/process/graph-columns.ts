/** In which column of the drawing does each step stand? As far to the right as the longest way to it is long. */
export interface GraphStep {
  readonly name: string;
  readonly needs: readonly string[];
}

/** Without needs that name nothing, or the step itself. */
export function knownNeeds(steps: readonly GraphStep[]): ReadonlyMap<string, readonly string[]> {
  const names = new Set(steps.map(({ name }) => name));
  const known = (name: string, needs: readonly string[]): string[] =>
    [...new Set(needs)].filter((need) => need !== name && names.has(need));
  return new Map(steps.map(({ name, needs }) => [name, known(name, needs)]));
}

/** A cycle is cut where it is met. */
export function columnsOf(needs: ReadonlyMap<string, readonly string[]>): string[][] {
  const depths = new Map<string, number>();
  const depthOf = (name: string, way: ReadonlySet<string>): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const further = new Set(way).add(name);
    const before = (needs.get(name) ?? []).filter((need) => !further.has(need));
    const depth = Math.max(-1, ...before.map((need) => depthOf(need, further))) + 1;
    depths.set(name, depth);
    return depth;
  };
  const columns: string[][] = [];
  for (const name of needs.keys()) (columns[depthOf(name, new Set())] ??= []).push(name);
  return Array.from(columns, (column) => column ?? []).filter((column) => column.length > 0);
}
