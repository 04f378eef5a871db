/** Which server is meant? `https://host:port`; the port may be left out, the scheme may not be http. */
import { UsageInvalidError } from '../cli-errors';

const apiPort = '8443';

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  /** `https://host:port`. */
  readonly origin: string;
}

/** `field` is the flag or variable that holds the text. */
export function parseServerAddress(field: string, text: string): ServerAddress {
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`);
  if (url === null || url.hostname === '')
    throw new UsageInvalidError(field, `"${text}" is no address: https://HOST:8443`);
  if (url.protocol !== 'https:') throw new UsageInvalidError(field, 'must begin with https://');
  if (url.pathname !== '/' || url.search !== '' || url.username !== '') {
    throw new UsageInvalidError(field, 'must be https://HOST:PORT and nothing more');
  }
  const port = url.port === '' ? (/:443$/.test(text) ? '443' : apiPort) : url.port;
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(port), origin: `https://${url.hostname}:${port}` };
}
