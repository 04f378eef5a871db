/**
 * The server's log: one JSON object a line on standard output (docs/operations.md, Logs). Credentials have no place
 * in it; the redaction below is the second net for the day somebody logs a whole request or settings object.
 */
import pino, { type DestinationStream, type Logger } from 'pino';

const secrets = [
  'password',
  'token',
  'apiKey',
  'secret',
  'secretHash',
  'privateKeyPem',
  'currentKeyPem',
  'nextKeyPem',
  'passphrase',
  'databaseUrl',
  'brokerUrl',
  'brokerManagementUrl',
];
const headers = ['authorization', 'cookie', 'set-cookie'];

type Write = (fields: object, message: string) => void;

/** The name under which the log is injected. */
export abstract class ServerLog {
  abstract readonly debug: Write;
  abstract readonly info: Write;
  abstract readonly warn: Write;
  abstract readonly error: Write;
  abstract readonly fatal: Write;
}

export function createServerLog(level: string, destination?: DestinationStream): Logger & ServerLog {
  const paths = [
    ...secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
    ...headers.flatMap((name) => [`headers["${name}"]`, `*.headers["${name}"]`]),
  ];
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths, censor: '[secret]' },
    serializers: { error: describeError },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Own words only: an error's further fields can hold rows, queries and addresses with credentials. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = 'code' in error ? { code: String(error.code) } : {};
  const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) };
  return { name: error.name, ...code, message: error.message, stack: error.stack, ...cause };
}
