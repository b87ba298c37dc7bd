import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from './config-error.ts';
import type { Config } from './config.ts';

const MARKER = 'mode';

/**
 * Writes down at the first start in which mode a data directory is used, and refuses the other one for good: an open
 * test server must not become an agency's, nor the other way round. Call it with the directory locked.
 */
export function claimDataMode(dataDirectory: string, mode: Config['mode']): void {
  const path = join(dataDirectory, MARKER);
  try {
    writeFileSync(path, `${mode}\n`, { flag: 'wx', mode: 0o600 });
    return;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const earlier = readFileSync(path, 'utf8').trim();
  if (earlier === mode) return;
  throw new ConfigError([
    `The data directory ${dataDirectory} was started in the ${earlier} mode and cannot be used in the ${mode} mode. Choose another directory.`,
  ]);
}
