// docs/reference/errors.md: every error code that the sources can raise, found by reading their syntax trees.
//
// A code is either written in the `super(…)` of a class that extends LongshoreError, or handed to the constructor of
// such a class, in which case each call names it. One code means one thing: with two severities it is an error here.
import ts from 'typescript';
import { docOf, parseSources, walk } from './sources.mjs';

const base = 'LongshoreError';

export function errorCatalogue() {
  const files = parseSources();
  const classes = errorClasses(files);
  const entries = [...classes.values()].flatMap((one) => codesOfClass(one, classes));
  for (const file of files) entries.push(...codesOfCalls(file, classes), ...codesOfRefusals(file));
  return render(merge(entries));
}

/** Classes whose chain of parents reaches LongshoreError, by name; a name of ours is unique. */
function errorClasses(files) {
  const all = new Map();
  for (const { path, tree } of files) {
    walk(tree, (node) => {
      if (!ts.isClassDeclaration(node) || node.name === undefined) return;
      const parent = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
      if (parent !== undefined)
        all.set(node.name.text, { name: node.name.text, parent: parent.expression.getText(), path, node });
    });
  }
  const reaches = (name) => name === base || (all.has(name) && reaches(all.get(name).parent));
  return new Map([...all].filter(([, { parent }]) => reaches(parent)));
}

function codesOfClass({ name, path, node, parent }, classes) {
  const call = superCall(node);
  if (call === undefined) return [];
  const place = parent === base ? 0 : codeParameter(classes.get(parent));
  const parameters = constructorOf(node)?.parameters ?? [];
  return possibleTexts(call.arguments[place], parameters).map((code) => ({
    code,
    severity: parent === base ? severityText(call.arguments[1]) : 'by status',
    class: name,
    path,
    meaning: docOf(node),
    status: parent === base ? null : statusText(call.arguments[0]),
  }));
}

function statusText(expression) {
  return expression !== undefined && ts.isNumericLiteral(expression) ? expression.text : null;
}

/** Calls that name the code: of LongshoreError itself, and of classes that take it as a parameter. */
function codesOfCalls({ path, tree }, classes) {
  const entries = [];
  walk(tree, (node) => {
    if (!ts.isNewExpression(node)) return;
    const name = node.expression.getText();
    const place = name === base ? 0 : codeParameter(classes.get(name));
    const code = place === -1 ? undefined : node.arguments?.[place];
    if (code === undefined) return;
    const severity = name === base ? severityText(node.arguments[1]) : 'by status';
    const status = name === base ? null : statusText(node.arguments[0]);
    for (const text of possibleTexts(code, []))
      entries.push({ code: text, severity, class: name, path, meaning: '', status });
  });
  return entries;
}

/** Refusals that are told and kept without being thrown: `{ code: 'VERDICT_LATE', message }`. */
function codesOfRefusals({ path, tree }) {
  const entries = [];
  walk(tree, (node) => {
    if (!ts.isPropertyAssignment(node) || node.name.getText() !== 'code' || !ts.isStringLiteral(node.initializer))
      return;
    const { text } = node.initializer;
    // Lower case: zod's own codes.
    if (/^[A-Z][A-Z0-9_]+$/.test(text))
      entries.push({ code: text, severity: 'refusal', class: null, path, meaning: '', status: null });
  });
  return entries;
}

/** Which argument is the code, in a class that lets its callers choose it freely. */
function codeParameter(found) {
  const call = found === undefined ? undefined : superCall(found.node);
  const code = call?.arguments[0];
  if (code === undefined || !ts.isIdentifier(code)) return -1;
  const parameters = constructorOf(found.node)?.parameters ?? [];
  const place = parameters.findIndex(({ name }) => name.getText() === code.text);
  return place !== -1 && parameters[place].type?.kind === ts.SyntaxKind.StringKeyword ? place : -1;
}

function constructorOf(node) {
  return node.members.find(ts.isConstructorDeclaration);
}

function superCall(node) {
  let found;
  const constructor = constructorOf(node);
  if (constructor === undefined) return undefined;
  walk(constructor, (child) => {
    if (ts.isCallExpression(child) && child.expression.kind === ts.SyntaxKind.SuperKeyword) found ??= child;
  });
  return found;
}

/** The texts that an expression may be: itself, either side of a choice, or the literals of its parameter's type. */
function possibleTexts(expression, parameters) {
  if (expression === undefined) return [];
  if (ts.isStringLiteralLike(expression)) return [expression.text];
  if (ts.isConditionalExpression(expression)) {
    return [expression.whenTrue, expression.whenFalse].flatMap((side) => possibleTexts(side, parameters));
  }
  if (ts.isTemplateExpression(expression)) {
    return [expression.head.text + expression.templateSpans.map(({ literal }) => `…${literal.text}`).join('')];
  }
  if (!ts.isIdentifier(expression)) return [];
  const type = parameters.find(({ name }) => name.getText() === expression.text)?.type;
  if (type === undefined) return [];
  if (ts.isTypeOperatorNode(type)) return keysOf(type);
  const members = ts.isUnionTypeNode(type) ? type.types : [type];
  return members.filter((member) => ts.isLiteralTypeNode(member)).map((member) => member.literal.text);
}

/** `keyof typeof reasons`: the names in that object of the same file. */
function keysOf(type) {
  if (type.operator !== ts.SyntaxKind.KeyOfKeyword || !ts.isTypeQueryNode(type.type)) return [];
  const wanted = type.type.exprName.getText();
  const names = [];
  walk(type.getSourceFile(), (node) => {
    if (!ts.isVariableDeclaration(node) || node.name.getText() !== wanted) return;
    const object = ts.isAsExpression(node.initializer) ? node.initializer.expression : node.initializer;
    if (ts.isObjectLiteralExpression(object)) names.push(...object.properties.map(({ name }) => name.getText()));
  });
  return names;
}

function severityText(expression) {
  return expression !== undefined && ts.isStringLiteralLike(expression) ? expression.text : 'as reported';
}

/**
 * One row per code. Two sides of a port may raise the same code in classes of their own, but must then agree on what
 * the caller should do next; a server's answer (by status) may differ from what its client makes of it.
 */
function merge(entries) {
  const byCode = Map.groupBy(entries, ({ code }) => code);
  const contradictions = [...byCode].filter(
    ([, same]) => severitiesOf(same).filter((one) => one in { retry: 1, 'give-up': 1, stop: 1 }).length > 1,
  );
  if (contradictions.length > 0) {
    const lines = contradictions.map(
      ([code, same]) => `${code}: ${same.map((one) => `${one.class} ${one.severity} (${one.path})`).join(', ')}`,
    );
    throw new Error(`error codes with two meanings:\n  ${lines.join('\n  ')}`);
  }
  return [...byCode].sort(([a], [b]) => (a < b ? -1 : 1));
}

const distinct = (values) => [...new Set(values)].sort();
const severitiesOf = (entries) => distinct(entries.map(({ severity }) => severity));

function render(entries) {
  const rows = entries.map(([code, same]) => {
    const statuses = distinct(same.flatMap(({ status }) => status ?? []));
    const cells = [
      `\`${code}\``,
      severitiesOf(same).join(', ') + (statuses.length === 0 ? '' : ` (HTTP ${statuses.join(', ')})`),
      distinct(same.flatMap((one) => (one.class === null ? [] : `\`${one.class}\``))).join(', '),
      distinct(same.map(({ meaning }) => meaning).filter((text) => text !== '')).join(' '),
      distinct(same.map(({ path }) => `\`${path}\``)).join(', '),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '# Errors',
    '',
    'Generated from the sources by `npm run generate`; do not edit. Codes are stable: programs may decide by them.',
    '',
    'The severity says what the caller should do next: `retry` (the same call may succeed later), `give-up` (this call',
    'never will, others may) or `stop` (this process or connection must not go on). *By status*: `retry` for HTTP 429,',
    '503 and 507, else `give-up`. *As reported*: the severity of the error that it passes on. *Refusal*: told to its sender',
    'or kept for operators, never thrown. `…` stands for the thing in question, as in `AGENT_UNKNOWN`.',
    '',
    '| code | severity | class | meaning | raised in |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
