/** The Content-Security-Policy forbids code made at run time, which zod would otherwise try for its parsers. */
import { z } from 'zod';

z.config({ jitless: true });
