/** The version of this server, from the workspace's package.json; the build puts it into the bundle. */
import { version } from '../../../../package.json';

export const serverVersion: string = version;
