import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a running PostgreSQL says about itself in `postmaster.pid`. */
export interface PostmasterFile {
  readonly pid: number;
  readonly status: 'starting' | 'stopping' | 'ready' | 'standby' | 'unknown';
}

const readIfPresent = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
};

/** Line 1 is the process id and line 8 the status, padded with spaces. Half-written files read as undefined. */
export function readPostmasterFile(cluster: string): PostmasterFile | undefined {
  const lines = readIfPresent(join(cluster, 'postmaster.pid'))?.split('\n') ?? [];
  const pid = Number.parseInt(lines[0] ?? '', 10);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const status = lines[7]?.trim();
  switch (status) {
    case 'starting':
    case 'stopping':
    case 'ready':
    case 'standby':
      return { pid, status };
    default:
      return { pid, status: 'unknown' };
  }
}

/** The command line that the running PostgreSQL was started with: `/path/postgres "-D" "..." ...`. */
export const readPostmasterCommand = (cluster: string): string =>
  readIfPresent(join(cluster, 'postmaster.opts'))?.trim() ?? '';
