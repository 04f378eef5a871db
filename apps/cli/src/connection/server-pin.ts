/** What becomes of a pin where the server shows another key: it moves with the server's proof, or stays. */
import type { MinTlsVersion } from '@longshore/tls';
import { ServerKeyUnprovenError } from '../cli-errors';
import type { Terminal } from '../terminal';
import { readConfig, writeConfig, type CliConfig } from './cli-config';
import { followRotation } from './follow-rotation';
import type { FollowKey } from './server-link';

/** A remembered pin follows a proven rotation, is written down anew, and somebody is told. */
export function movePin({ environment, err }: Terminal, known: CliConfig, tlsMin: MinTlsVersion): FollowKey {
  return async (mismatch) => {
    // Another command may have followed in the meantime.
    const config = readConfig(environment) ?? known;
    const from = config.server === known.server ? config : known;
    if (from.fingerprint === mismatch.presented) return from.fingerprint;
    const { current, nextCommitment } = await followRotation({ ...from, tlsMin }, mismatch);
    const gateways = from.rotation?.gateways ?? [];
    if (config.server === known.server)
      writeConfig(environment, { ...from, fingerprint: current, rotation: { gateways, nextCommitment } });
    await err(
      `The key of ${known.server} has moved, as its signed chain proves:\n` +
        `  was ${from.fingerprint}\n  is  ${current}, which is pinned from now on\n`,
    );
    return current;
  };
}

/** A pin that somebody states stays what is stated; `field` is the flag or variable. */
export function keepPin(server: string, field: string): FollowKey {
  return (mismatch) =>
    Promise.reject(
      new ServerKeyUnprovenError(server, mismatch.message, { why: `the pin is that of ${field}`, cause: mismatch }),
    );
}
