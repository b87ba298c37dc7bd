import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflate } from '@sparticuz/chromium';

/**
 * Unpacks the browser, its libraries and its fonts into `TMPDIR`. A program of its own, because the package unpacks to
 * the temporary directory of its process and nowhere else.
 */
const archives = join(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '..', 'bin');
for (const name of readdirSync(archives)) await inflate(join(archives, name));
