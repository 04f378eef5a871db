// The attack suite's positive controls: replaces one module of the product by apps/attack-suite/src/weakened/<name>.ts.
// What is replaced stands in that file's first line (`// LONGSHORE-WEAKENED <name> replaces <module>`). Nothing of this
// is in product code: the switch exists while a bundle is made, and such a bundle says what it is when it starts.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const folder = 'apps/attack-suite/src/weakened';
const product = resolve('dist');

/** Null: an ordinary build. */
export function readWeakening(args) {
  const { values } = parseArgs({ args, options: { weaken: { type: 'string' }, outdir: { type: 'string' } } });
  if (values.weaken === undefined && values.outdir === undefined) return null;
  if (values.weaken === undefined || values.outdir === undefined) throw new Error('--weaken and --outdir go together');
  if (`${resolve(values.outdir)}/`.startsWith(`${product}/`)) throw new Error('dist is for the product');
  return { outdir: values.outdir, plugin: replaceModule(values.weaken) };
}

function replaceModule(name) {
  const weakened = resolve(folder, `${name}.ts`);
  const [, target] = /^\/\/ LONGSHORE-WEAKENED (?:[\w-]+) replaces (\S+)\n/.exec(readFileSync(weakened, 'utf8')) ?? [];
  if (target === undefined || !existsSync(target)) throw new Error(`${weakened} does not say which module it replaces`);
  const original = resolve(target);
  let replaced = false;
  return {
    name: 'weaken',
    setup(bundler) {
      bundler.onResolve({ filter: /^\.{1,2}\// }, ({ path, importer }) => {
        if (importer === weakened || `${join(dirname(importer), path)}.ts` !== original) return undefined;
        replaced = true;
        return { path: weakened };
      });
      bundler.onEnd(() => (replaced ? undefined : { errors: [{ text: `nothing of this bundle imports ${target}` }] }));
    },
  };
}
