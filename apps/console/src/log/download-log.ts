/** Saves every byte that the server holds of a log, as they are. */
import type { AttemptId, LogStream } from '@longshore/protocol';
import { saveFile } from '../frame/save-file';
import { client } from '../link/client';

export interface LogDownload {
  readonly attemptId: AttemptId;
  readonly stream: LogStream;
  readonly fileName: string;
}

export async function downloadLog({ attemptId, stream, fileName }: LogDownload): Promise<void> {
  let whole = new Blob([], { type: 'application/octet-stream' });
  for await (const { bytes } of client.followLog({ attemptId, stream, follow: false })) {
    whole = new Blob([whole, bytes.slice()], { type: whole.type });
  }
  saveFile(whole, fileName);
}
