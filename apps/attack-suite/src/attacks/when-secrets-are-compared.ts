import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { held, record } from '../report/row';

const root = resolve(__dirname, '../../../..');

/** What must not be compared by a way that stops at the first difference. */
const secretName = /secret|password|passphrase|hash$|nonce|apikey|token$/i;

/** Public parts, and comparisons with what is no secret: each with its reason. */
const harmless: Readonly<Record<string, string>> = {
  'apps/server/src/trust/re-pinning.ts: agent.apiKeyId !== owner.apiKey?.keyId': 'the public part of the key',
  'apps/server/src/trust/enrolment-records.ts: held.apiKeyId !== (former?.keyId ?? null)': 'the public part of the key',
  'apps/agent/src/trust/agent-secrets.ts: apiKey === this.currentApiKey': 'two of its own, read from its own disk',
  'libs/agent-runtime/src/journal/journal-store.ts: hashOf(row, chainedTo) !== row.hash': 'a check sum of its own disk',
  'libs/agent-runtime/src/journal/journal-store.ts: witnessed.hash !== row.hash': 'a check sum of its own disk',
  'libs/delivery/src/session/decide-hello.ts: a.nonce === b.nonce': 'tells sessions apart; the pinned key is the proof',
  "libs/jms-wire/src/broker/agent-entry.ts: found.passwordHash === (user.passwordHash ?? '')":
    'the server compares its own',
  'libs/jms-wire/src/broker/agent-entry.ts: found?.passwordHash !== hash': 'the server compares its own',
  'libs/steps/src/step-host/hosted-attempt.ts: (await readClaim(this.folder.claim))?.nonce === this.nonce':
    'its own claim on its own disk',
};

/** Where a comparison in constant time is made. */
const comparers = [/^libs\/pinning\/src\//, /^libs\/steps\/src\/step-host\/serve-connection\.ts$/];

interface Comparison {
  readonly file: string;
  readonly text: string;
}

/** `a === b` and its like where either side bears a secret's name and the other is neither literal nor null. */
function comparisonsIn(file: string, source: string): readonly Comparison[] {
  const found: Comparison[] = [];
  const operators = new Set([
    ...[ts.SyntaxKind.EqualsEqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsEqualsToken],
    ...[ts.SyntaxKind.EqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsToken],
  ]);
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && operators.has(node.operatorToken.kind)) {
      const sides = [node.left, node.right];
      if (sides.some((side) => secretName.test(nameOf(side))) && !sides.some(isPlain))
        found.push({ file, text: node.getText() });
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true));
  return found;
}

function nameOf(node: ts.Expression): string {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  return ts.isCallExpression(node) ? nameOf(node.expression) : '';
}

const isPlain = (node: ts.Expression): boolean =>
  ts.isLiteralExpression(node) ||
  ts.isTypeOfExpression(node) ||
  node.kind === ts.SyntaxKind.NullKeyword ||
  node.kind === ts.SyntaxKind.TrueKeyword ||
  node.kind === ts.SyntaxKind.FalseKeyword ||
  (ts.isIdentifier(node) && node.text === 'undefined');

function productSources(): readonly string[] {
  return ['apps/server', 'apps/agent', 'apps/standalone', 'libs'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\/src\/.*\.ts$|^src\/.*\.ts$/.test(name) && !/\.spec\.ts$|testing|generated/.test(name))
      .map((name) => join(folder, name)),
  );
}

describe('when secrets are compared', () => {
  it('is in constant time, through the one function', () => {
    const sources = productSources();
    expect(sources.length).toBeGreaterThan(200);
    const found = sources.flatMap((file) => comparisonsIn(file, readFileSync(join(root, file), 'utf8')));
    const careless = found.filter(({ file, text }) => harmless[`${file}: ${text}`] === undefined);
    expect(careless).toEqual([]);
    const users = sources.filter((file) => readFileSync(join(root, file), 'utf8').includes('timingSafeEqual('));
    expect(users.every((file) => comparers.some((comparer) => comparer.test(file)))).toBe(true);
    const control = comparisonsIn('x.ts', 'if (kept.secretHash === shown.hash) open(); if (token !== theirs) close();');
    const row = record({
      attack: 'a secret compared byte by byte, in the source',
      ...{ attempts: sources.length, refused: sources.length - careless.length },
      control: { weakening: 'two lines that do it', attempts: 2, succeeded: control.length },
    });
    expect(row).toEqual(held(sources.length));
  });
});
