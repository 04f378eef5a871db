/** A pool thread's entry point as an application has it; its server is a folder, and it can be told to crash. */
import { existsSync, writeFileSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { runPoolThread } from '../pool/run-pool-thread';
import type { HostPlace } from '../step-host-link/launch-host';
import { StepHostLink } from '../step-host-link/step-host-link';
import { FolderLogSink } from './folder-log-sink';

export interface TestThreadData {
  readonly place: HostPlace;
  readonly logFolder: string;
  /** If set and not there yet: created at the first piece of log, and the thread dies. `always`: every time. */
  readonly crashMark: string | null;
}

const { place, logFolder, crashMark } = workerData as TestThreadData;

class CrashingLogSink extends FolderLogSink {
  override async put(piece: Parameters<FolderLogSink['put']>[0]): Promise<{ length: number }> {
    if (crashMark !== null && (crashMark === 'always' || !existsSync(crashMark))) {
      if (crashMark !== 'always') writeFileSync(crashMark, '');
      setImmediate(() => {
        throw new Error('crashed as told');
      });
      return await new Promise(() => undefined);
    }
    return await super.put(piece);
  }
}

runPoolThread({ link: new StepHostLink(place), logSink: new CrashingLogSink(logFolder) });
