/**
 * Answers with one cycle of a dependency graph, first name repeated at the end (`a → b → a`), or null.
 * Names that are needed but not defined are somebody else's error and are passed over here.
 */
export function findCycle(needs: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const path: string[] = [];

  const visit = (name: string): string[] | null => {
    const start = path.indexOf(name);
    if (start >= 0) return [...path.slice(start), name];
    if (done.has(name)) return null;
    path.push(name);
    for (const needed of needs.get(name) ?? []) {
      const cycle = visit(needed);
      if (cycle !== null) return cycle;
    }
    path.pop();
    done.add(name);
    return null;
  };

  for (const name of needs.keys()) {
    const cycle = visit(name);
    if (cycle !== null) return cycle;
  }
  return null;
}
