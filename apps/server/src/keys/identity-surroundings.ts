/**
 * What else must be on a new machine for the server to be the same one? The authority of the JMS agents' client
 * certificates and the keys of stored secrets. They go with the identity as they are, and come back only where there
 * is nothing (docs/security.md, Keys).
 */
import { dirname, join } from 'node:path';
import { makePrivateFolder, readIfThere, writePrivateFile } from '../trust/private-files';

const paths = ['agent-ca/authority.json', 'secrets/data-keys.json'] as const;

/** Content by path inside the data folder. */
export type SurroundingFiles = Readonly<Partial<Record<string, string>>>;

/** Injected; the one of this server's data folder. */
export class IdentitySurroundings {
  constructor(private readonly dataFolder: string) {}

  async read(): Promise<SurroundingFiles> {
    const found = await Promise.all(
      paths.map(async (path) => [path, await readIfThere(join(this.dataFolder, path))] as const),
    );
    return Object.fromEntries(found.flatMap(([path, content]) => (content === null ? [] : [[path, content]])));
  }

  /** Answers the paths that were written; other names than ours are passed over. */
  async writeMissing(files: SurroundingFiles): Promise<string[]> {
    const written: string[] = [];
    for (const path of paths) {
      const [target, content] = [join(this.dataFolder, path), files[path]];
      if (content === undefined || (await readIfThere(target)) !== null) continue;
      await makePrivateFolder(dirname(target));
      await writePrivateFile(target, content);
      written.push(path);
    }
    return written;
  }
}
