/** `node settings.main.js`: prints the table of all settings, for docs/reference/server-settings.md. */
import { describeSettings } from './config/describe-settings';

process.stdout.write(describeSettings());
