// How esbuild reads our TypeScript: it emits no decorator metadata, which Nest needs, so files that carry a decorator go
// through swc first; all others take esbuild's own, faster path.
import { transform } from '@swc/core';
import { readFile } from 'node:fs/promises';

// esbuild drops what nobody uses of a namespace import, but not of the same namespace under an exported name: without
// this every process would carry zod's fifty languages and its JSON Schema (600 KiB, a megabyte and more of memory).
const wholeZod = /^import \{ z \} from 'zod';$/m;

export const swcForDecoratedFiles = {
  name: 'swc-for-decorated-files',
  setup(bundler) {
    bundler.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = (await readFile(path, 'utf8')).replace(wholeZod, "import * as z from 'zod';");
      if (!/^\s*@[A-Z]\w*\(/m.test(source)) return { contents: source, loader: 'ts' };
      const { code } = await transform(source, {
        filename: path,
        sourceMaps: 'inline',
        swcrc: false,
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
      });
      return { contents: code, loader: 'js' };
    });
  },
};
