/**
 * Which files make up the web console? Listed once at start, so that an address can only ever name one of them
 * (docs/operations.md, Console). Names with a hash in them never change their content.
 */
import { type Dirent, existsSync, readdirSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { Injectable } from '@nestjs/common';

export interface ConsoleFile {
  readonly path: string;
  readonly mediaType: string;
  readonly immutable: boolean;
}

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

@Injectable()
export class ConsoleFiles {
  readonly #files: ReadonlyMap<string, ConsoleFile>;

  constructor(folder: string) {
    this.#files = new Map(
      listFiles(folder).map((path) => [`/${relative(folder, path).split(sep).join('/')}`, describe(path)]),
    );
  }

  find(address: string): ConsoleFile | null {
    return this.#files.get(address) ?? null;
  }

  /** Null: no console was built. */
  get page(): ConsoleFile | null {
    return this.find('/index.html');
  }
}

function listFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries: Dirent[] = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function describe(path: string): ConsoleFile {
  const mediaType = mediaTypes[extname(path)] ?? 'application/octet-stream';
  return { path, mediaType, immutable: /-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/.test(path) };
}
