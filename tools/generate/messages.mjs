// docs/reference/messages.md: every message and every field, from the registry in libs/protocol and the comments that
// stand beside the fields in its sources.
import ts from 'typescript';
import { loadContract, schemaOf } from './contract.mjs';
import { docOf, parse, sourcePaths, walk } from './sources.mjs';

export async function messageReference() {
  const contract = await loadContract();
  const sources = readSchemaSources();
  const sections = Object.entries(contract.messageRegistry).map(([type, definition]) => {
    const name = sources.bodyNames.get(type);
    return [
      `## ${type}`,
      '',
      `${capital(definition.kind)}, ${definition.directions.map((way) => way.replaceAll('-', ' ')).join(' and ')}, ${sequencing(definition)}.`,
      '',
      ...introduction(sources, name),
      ...fieldTable(schemaOf(contract, definition.body), commentsOf(sources, name)),
    ];
  });
  const envelope = [
    '## Envelope',
    '',
    ...fieldTable(schemaOf(contract, contract.envelopeSchema), commentsOf(sources, 'envelopeSchema')),
  ];
  const lead = [
    '# Messages',
    '',
    'Generated from `libs/protocol` by `npm run generate`; do not edit. What the messages are for and when they are sent',
    'stands in [protocol.md](../protocol.md).',
    '',
    `Protocol version ${contract.protocolVersion}. A field marked * must be present (null where its type says so).`,
    '',
  ];
  return [...lead, ...envelope, ...sections.flat()].join('\n');
}

function sequencing({ stream }) {
  return stream === null ? 'unsequenced' : `stream \`${stream}\``;
}

function introduction({ declarations }, name) {
  const text = name === undefined ? '' : docOf(declarations.get(name)?.statement);
  return text === '' ? [] : [text, ''];
}

function fieldTable(schema, comments) {
  const rows = fieldsOf(schema, '').map(({ path, required, schema: field }) => {
    return `| \`${path}\`${required ? ' *' : ''} | ${describeType(field)} | ${comments.get(path) ?? ''} |`;
  });
  return rows.length === 0 ? ['No fields.', ''] : ['| field | type | |', '|---|---|---|', ...rows, ''];
}

/** The fields of an object, and below them those of nested objects and of the elements of lists. */
function fieldsOf(schema, prefix) {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const own = { path, required: (schema.required ?? []).includes(name), schema: field };
    const solid = withoutNull(field);
    if (solid.type === 'array') return [own, ...fieldsOf(withoutNull(solid.items ?? {}), `${path}[].`)];
    return [own, ...fieldsOf(solid, `${path}.`)];
  });
}

function withoutNull(schema) {
  const others = (schema.anyOf ?? []).filter(({ type }) => type !== 'null');
  return others.length === 1 ? others[0] : schema;
}

function describeType(schema) {
  if (schema.anyOf !== undefined) return schema.anyOf.map(describeType).join(' or ');
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (Array.isArray(schema.type)) return schema.type.map((type) => describeType({ ...schema, type })).join(' or ');
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  switch (schema.type) {
    case 'array':
      return `list of ${schema.items?.properties === undefined ? describeType(schema.items ?? {}) : 'objects'}${bounds(schema.minItems, schema.maxItems, 'elements')}`;
    case 'object':
      return schema.propertyNames === undefined
        ? 'object'
        : `object of ${describeType(schema.additionalProperties ?? {})} by ${describeKey(schema.propertyNames)}`;
    case 'integer':
      return `integer${bounds(schema.minimum, safe(schema.maximum), '')}`;
    case 'string':
      return `${schema.format ?? 'text'}${schema.format === undefined && schema.pattern !== undefined ? ` matching \`${schema.pattern.replaceAll('|', '\\|')}\`` : ''}${bounds(schema.minLength, schema.maxLength, 'characters')}`;
    default:
      return schema.type ?? 'anything';
  }
}

function describeKey(schema) {
  return schema.enum === undefined ? 'name' : describeType(schema);
}

/** zod names the largest safe integer for every integer; it says nothing. */
function safe(maximum) {
  return maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
}

function bounds(least, most, unit) {
  const low = least === undefined || least === Number.MIN_SAFE_INTEGER ? '' : `at least ${least}`;
  const parts = [low, most === undefined ? '' : `at most ${most}`].filter((part) => part !== '');
  return parts.length === 0 ? '' : ` (${parts.join(', ')}${unit === '' ? '' : ` ${unit}`})`;
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Which variable holds which schema, and which schema is the body of which message. */
function readSchemaSources() {
  const declarations = new Map();
  const bodyNames = new Map();
  for (const path of sourcePaths(/^libs\/protocol\/src\/.*\.ts$/).filter((name) => !name.endsWith('.spec.ts'))) {
    walk(parse(path), (node) => {
      if (ts.isVariableDeclaration(node) && node.initializer !== undefined) {
        declarations.set(node.name.getText(), { initializer: node.initializer, statement: node.parent.parent });
      }
      if (ts.isPropertyAssignment(node) && node.name.getText() === 'body' && ts.isIdentifier(node.initializer)) {
        const message = node.parent.parent;
        if (ts.isPropertyAssignment(message)) bodyNames.set(message.name.text, node.initializer.text);
      }
    });
  }
  return { declarations, bodyNames };
}

function commentsOf({ declarations }, name) {
  const comments = new Map();
  const collect = (expression, prefix) => {
    const { literal, isList } = objectIn(expression, declarations);
    if (literal === undefined) return;
    const start = isList ? prefix.replace(/\.$/, '[].') : prefix;
    for (const property of literal.properties.filter((one) => ts.isPropertyAssignment(one))) {
      const path = `${start}${property.name.getText()}`;
      const text = docOf(property);
      if (text !== '') comments.set(path, text);
      collect(property.initializer, `${path}.`);
    }
  };
  const declaration = declarations.get(name);
  if (declaration !== undefined) collect(declaration.initializer, '');
  return comments;
}

/** The `{ … }` of the first z.object in an expression, through `.nullable()`, z.array and names of other schemas. */
function objectIn(expression, declarations) {
  if (ts.isIdentifier(expression)) {
    const found = declarations.get(expression.text);
    return found === undefined ? {} : objectIn(found.initializer, declarations);
  }
  if (!ts.isCallExpression(expression) || !ts.isPropertyAccessExpression(expression.expression)) return {};
  const { name, expression: target } = expression.expression;
  const [first] = expression.arguments;
  if (target.getText() !== 'z') return objectIn(target, declarations);
  if (name.text === 'object' && first !== undefined && ts.isObjectLiteralExpression(first))
    return { literal: first, isList: false };
  if (name.text === 'array' && first !== undefined) return { ...objectIn(first, declarations), isList: true };
  return {};
}
