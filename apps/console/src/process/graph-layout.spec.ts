import { layoutGraph, nodeSize } from './graph-layout';

function placesOf(steps: Parameters<typeof layoutGraph>[0]): Map<string, { x: number; y: number }> {
  return new Map(layoutGraph(steps).nodes.map(({ name, x, y }) => [name, { x, y }]));
}

describe('the drawing of a process', () => {
  it('puts a step after everything that it needs', () => {
    const at = placesOf([
      { name: 'join', needs: ['a', 'c'] },
      { name: 'c', needs: ['b'] },
      { name: 'a', needs: [] },
      { name: 'b', needs: [] },
    ]);
    expect(at.get('a')?.x).toBe(at.get('b')?.x);
    expect(at.get('c')?.x).toBeGreaterThan(at.get('b')?.x ?? Infinity);
    expect(at.get('join')?.x).toBeGreaterThan(at.get('c')?.x ?? Infinity);
  });

  it('lets no two steps overlap and keeps all inside', () => {
    const names = Array.from({ length: 12 }, (_, index) => `s${index}`);
    const graph = layoutGraph(names.map((name, index) => ({ name, needs: index < 4 ? [] : [`s${index % 4}`] })));
    for (const one of graph.nodes) {
      expect(one.y).toBeGreaterThanOrEqual(0);
      expect(one.y + nodeSize.height).toBeLessThanOrEqual(graph.height);
      expect(one.x + nodeSize.width).toBeLessThanOrEqual(graph.width);
      for (const other of graph.nodes) {
        if (one === other || one.x !== other.x) continue;
        expect(Math.abs(one.y - other.y)).toBeGreaterThanOrEqual(nodeSize.height);
      }
    }
  });

  it('stands next to what it needs', () => {
    const at = placesOf([
      { name: 'top', needs: [] },
      { name: 'bottom', needs: [] },
      { name: 'after bottom', needs: ['bottom'] },
      { name: 'after top', needs: ['top'] },
    ]);
    expect(at.get('after top')?.y).toBe(at.get('top')?.y);
    expect(at.get('after bottom')?.y).toBe(at.get('bottom')?.y);
  });

  it('leads a line around the boxes of the columns that it passes', () => {
    const graph = layoutGraph([
      { name: 'a', needs: [] },
      { name: 'lint', needs: [] },
      { name: 'b', needs: ['a'] },
      { name: 'c', needs: ['a'] },
      { name: 'end', needs: ['b', 'c', 'lint'] },
    ]);
    const path = graph.edges.find(({ from, to }) => from === 'lint' && to === 'end')?.path ?? '';
    const lane = /,([\d.]+)H/.exec(path)?.[1];
    expect(lane).toBeDefined();
    for (const box of graph.nodes.filter(({ name }) => name === 'b' || name === 'c')) {
      const isBehind = Number(lane) > box.y && Number(lane) < box.y + nodeSize.height;
      expect(isBehind).toBe(false);
    }
  });

  it('survives what is half typed: unknown needs, a need of itself, a cycle', () => {
    const graph = layoutGraph([
      { name: 'a', needs: ['b', 'nobody'] },
      { name: 'b', needs: ['a'] },
      { name: 'c', needs: ['c'] },
    ]);
    expect(graph.nodes.map(({ name }) => name).sort()).toEqual(['a', 'b', 'c']);
    expect(graph.edges).toHaveLength(2);
  });

  it('of nothing is empty', () => expect(layoutGraph([])).toMatchObject({ nodes: [], edges: [] }));
});
