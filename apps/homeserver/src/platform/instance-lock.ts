import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, startMark } from './process-liveness.ts';

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

function readOwner(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** An owner is "pid mark", where the mark tells two processes apart that had the same id one after the other. */
function isOwnerAlive(owner: string): boolean {
  const [pid = '', mark = ''] = owner.trim().split(' ');
  return /^\d+$/.test(pid) && isAlive(Number(pid)) && startMark(Number(pid)) === mark;
}

/**
 * Makes sure that one server at a time uses a data directory. The lock of a server that was killed is taken over.
 * Throws when another one runs; returns the function that lets go.
 */
export function lockInstance(dataDirectory: string): () => void {
  const path = join(dataDirectory, 'server.lock');
  const own = `${path}.${process.pid}`;
  const content = `${process.pid} ${startMark(process.pid)}\n`;
  writeFileSync(own, content, { mode: 0o600 });
  try {
    for (;;) {
      try {
        // A link appears with its content at once and fails when the name is taken.
        linkSync(own, path);
        return () => {
          if (readOwner(path) === content) rmSync(path, { force: true });
        };
      } catch (error) {
        if (!isCode(error, 'EEXIST')) throw error;
      }
      const owner = readOwner(path);
      if (owner === undefined) continue;
      if (isOwnerAlive(owner)) {
        throw new Error(
          `Another server (process ${owner.split(' ')[0]}) already uses ${dataDirectory}. Stop it, or give this one another folder with STAFETTE_DATA.`,
        );
      }
      removeStale(path, own, owner);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** Two starting servers may both find the same dead owner: what is moved away must still be that one, or it goes back. */
function removeStale(path: string, own: string, deadOwner: string): void {
  const aside = `${own}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  if (readOwner(aside) !== deadOwner) linkSync(aside, path);
  rmSync(aside, { force: true });
}
