// Do the references hold? Every relative link in the documents leads to a file (and its heading, where it names one),
// and every comment in the code that says "docs/protocol.md, Delivery" names a section that exists.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sourcePaths } from './sources.mjs';

const topLevel = readdirSync('.').filter((name) => name.endsWith('.md'));

/** Answers with one line per broken reference. */
export function brokenReferences() {
  return [...documents().flatMap(brokenLinks), ...commented().flatMap(brokenSections)];
}

function documents() {
  const below = readdirSync('docs', { recursive: true }).map((name) =>
    join('docs', String(name)).replaceAll('\\', '/'),
  );
  return [...topLevel, ...below.filter((path) => path.endsWith('.md'))].sort();
}

function brokenLinks(path) {
  const text = withoutCode(readFileSync(path, 'utf8'));
  const targets = [...text.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target]) => target ?? '');
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => !resolves(path, target))
    .map((target) => `${path}: the link to ${target} leads nowhere`);
}

function resolves(from, target) {
  const [file, anchor] = target.split('#');
  const path = file === '' ? from : join(dirname(from), file);
  if (!existsSync(path)) return false;
  return anchor === undefined || !path.endsWith('.md') || headings(path).map(anchorOf).includes(anchor);
}

function headings(path) {
  return [...withoutCode(readFileSync(path, 'utf8')).matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, title]) => title ?? '');
}

/** As GitHub makes them. */
function anchorOf(title) {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

function withoutCode(text) {
  return text.replaceAll(/^```[\s\S]*?^```/gm, '');
}

function commented() {
  const tools = readdirSync('tools', { recursive: true }).map((name) => join('tools', String(name)));
  return [...sourcePaths(/\.(tsx?|mjs|prisma)$/), ...tools.filter((name) => name.endsWith('.mjs'))].filter(
    (path) => !path.includes('/generated/') && !path.replaceAll('\\', '/').startsWith('tools/generate'),
  );
}

/** A comment may break the line in the middle of a reference, so its lines are joined first. */
function brokenSections(path) {
  const text = readFileSync(path, 'utf8').replaceAll(/\s*\n\s*(\*|\/\/\/?)?\s*/g, ' ');
  return [...text.matchAll(/(?<![/\w])docs\/[\w/-]+\.(?:md|json)(?:, ([A-Z][^).]*))?/g)].flatMap(
    ([reference, section]) => {
      const [file] = reference.split(',');
      if (!existsSync(file)) return [`${path}: ${file} does not exist`];
      if (section === undefined || beginsWithHeading(section, file)) return [];
      return [`${path}: ${file} has no section "${section}"`];
    },
  );
}

function beginsWithHeading(text, file) {
  return headings(file).some(
    (title) => text === title || (text.startsWith(title) && /^[;,: ]/.test(text.slice(title.length))),
  );
}
