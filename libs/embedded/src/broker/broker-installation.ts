/**
 * Where does RabbitMQ come from? An installed one is used where it is; otherwise the distribution's packages are
 * unpacked into the user's cache (docs/operations.md, Embedded services). Either way only its programs are used: the
 * node, its ports and its data are ours.
 *
 * The scripts in `lib/rabbitmq/bin` are called, not the wrappers in `sbin`, which refuse ordinary users.
 */
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { BrokerUnavailableError, DebianPackagesError } from '../embedded-errors';
import { libraryFolders, type PackageSet, unpackDebianPackages, type UnpackOptions } from '../debian/debian-packages';

export interface BrokerInstallation {
  readonly server: string;
  readonly epmd: string;
  /** PATH and LD_LIBRARY_PATH under which both run. */
  readonly environment: Readonly<Record<string, string>>;
}

const rabbitmq: PackageSet = {
  name: 'rabbitmq',
  // The whole of Erlang and not only what is missing: installed and unpacked parts of it do not mix.
  choose: async (apt) => {
    const dependencies = await apt.dependenciesOf('rabbitmq-server');
    return dependencies.filter((name) => /^(erlang-|rabbitmq-server$|socat$|libsctp1|libwrap0)/.test(name));
  },
  prepare: (root) => {
    // Erlang's own launcher has /usr/lib/erlang written into it.
    const launcher = join(root, 'usr/lib/erlang/bin/erl');
    rmSync(launcher);
    writeFileSync(launcher, relocatableLauncher);
    chmodSync(launcher, 0o755);
  },
};

const relocatableLauncher = `#!/bin/sh
ROOTDIR=$(dirname "$(dirname "$(readlink -f "$0")")")
BINDIR=$(echo "$ROOTDIR"/erts-*/bin)
EMU=beam
PROGNAME=erl
export ROOTDIR BINDIR EMU PROGNAME
exec "$BINDIR/erlexec" \${1+"$@"}
`;

export async function locateBroker(options: UnpackOptions): Promise<BrokerInstallation> {
  const installed = at('/', ['/usr/local/bin', '/usr/bin', '/bin']);
  if (existsSync(installed.server) && existsSync('/usr/bin/erl')) return installed;
  try {
    const root = await unpackDebianPackages(rabbitmq, options);
    return at(root, [join(root, 'usr/lib/erlang/bin'), join(root, 'usr/bin'), '/usr/bin', '/bin']);
  } catch (cause) {
    if (cause instanceof DebianPackagesError) throw new BrokerUnavailableError(cause.message, { cause });
    throw cause;
  }
}

function at(root: string, path: readonly string[]): BrokerInstallation {
  const libraries = root === '/' ? {} : { LD_LIBRARY_PATH: libraryFolders(root).join(delimiter) };
  return {
    server: join(root, 'usr/lib/rabbitmq/bin/rabbitmq-server'),
    epmd: join(root, 'usr/lib/erlang/bin/epmd'),
    environment: { PATH: path.join(delimiter), ...libraries },
  };
}
