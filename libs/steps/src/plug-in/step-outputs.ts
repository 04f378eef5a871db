/**
 * Which outputs did a step leave? It writes them to the file that `LONGSHORE_OUTPUTS` names, as one JSON object or as
 * lines of KEY=VALUE. Bounded by `limits.outputsBytes`: an output file of any size never reaches memory or the wire.
 */
import { limits } from '@longshore/protocol';
import { open } from 'node:fs/promises';
import { isErrno } from '../attempt-folder/durable-file';
import { parseProperties, type ParsedProperties } from './properties';

export interface StepOutputs {
  readonly outputs: Readonly<Record<string, string>>;
  /** What could not be taken, each in one sentence. The rest is kept. */
  readonly problems: readonly string[];
}

export async function readStepOutputs(path: string): Promise<StepOutputs> {
  const text = await readBounded(path);
  if (text === undefined) return refuse(`outputs are larger than ${limits.outputsBytes / 1024} KiB and were dropped`);
  const { properties, problems } = text.trimStart().startsWith('{') ? parseObject(text) : parseProperties(text);
  if (Buffer.byteLength(JSON.stringify(properties)) > limits.outputsBytes) {
    return refuse(`outputs are larger than ${limits.outputsBytes / 1024} KiB as JSON and were dropped`);
  }
  return { outputs: properties, problems: problems.slice(0, 20).map((problem) => `outputs: ${problem}`) };
}

function refuse(problem: string): StepOutputs {
  return { outputs: {}, problems: [problem] };
}

async function readBounded(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      const buffer = Buffer.alloc(limits.outputsBytes + 1);
      let length = 0;
      for (let read = -1; read !== 0; length += read) {
        read = (await file.read(buffer, length, buffer.length - length)).bytesRead;
      }
      return length > limits.outputsBytes ? undefined : buffer.toString('utf8', 0, length);
    } finally {
      await file.close();
    }
  } catch (error) {
    // The step removed the file: it has no outputs.
    if (isErrno(error, 'ENOENT')) return '';
    throw error;
  }
}

function parseObject(text: string): ParsedProperties {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { properties: {}, problems: ['the file begins with { but is not JSON'] };
  }
  const properties: Record<string, string> = {};
  const problems: string[] = [];
  for (const [key, value] of Object.entries(parsed as object)) {
    if (typeof value === 'string') properties[key] = value;
    else if (typeof value === 'number' || typeof value === 'boolean') properties[key] = String(value);
    else problems.push(`${key} is neither a text nor a number nor true or false`);
  }
  return { properties, problems };
}
