/** Where is the built console? Beside the server in the build's output, unless the settings name another folder. */
import { resolve } from 'node:path';
import type { ServerSettings } from '../config/server-settings';

export const consoleFolder = ({ consoleFolder: named }: ServerSettings): string =>
  resolve(named ?? resolve(__dirname, '../console'));
