// The TypeScript sources of the workspace as syntax trees: what ships, without tests, fixtures and generated code.
import ts from 'typescript';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const notShipped =
  /(^|\/)(testing|generated|test|fixtures)\/|\.spec\.tsx?$|\.d\.ts$|^libs\/testing\/|^apps\/system-e2e\//;

/** Paths below apps and libs that match, sorted, with `/` on every system. */
export function sourcePaths(pattern = /\.tsx?$/) {
  return ['apps', 'libs']
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)).replaceAll('\\', '/')),
    )
    .filter((path) => pattern.test(path) && !path.includes('node_modules/'))
    .sort();
}

export function parseSources() {
  return sourcePaths()
    .filter((path) => !notShipped.test(path))
    .map((path) => ({ path, tree: parse(path) }));
}

export function parse(path) {
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
}

export function walk(node, visit) {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** The comment in front of a declaration, on one line and fit for a cell of a table. */
export function docOf(node) {
  const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = comments.map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '').join(' ');
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').trim();
}
