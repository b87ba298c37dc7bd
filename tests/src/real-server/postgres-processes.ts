import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

function clusterOf(dataDirectory: string): string {
  const pointer = join(dataDirectory, 'postgres.location');
  return join(existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : join(dataDirectory, 'postgres'), 'cluster');
}

/** The parent of a process; undefined when the process is gone. Field 4 of /proc/<pid>/stat, after the name in parentheses. */
function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

/** The postmaster's process id, or undefined while there is none. */
function findPostmaster(dataDirectory: string): number | undefined {
  const pidFile = join(clusterOf(dataDirectory), 'postmaster.pid');
  if (!existsSync(pidFile)) return undefined;
  const pid = readFileSync(pidFile, 'utf8').split('\n')[0] ?? '';
  return parentOf(pid) === undefined ? undefined : Number(pid);
}

/**
 * kill -9 of PostgreSQL and all its processes at once: what was only in shared memory is lost. False when there is none
 * to kill at the moment.
 */
export function killPostgres(dataDirectory: string): boolean {
  const postmaster = findPostmaster(dataDirectory);
  if (postmaster === undefined) return false;
  const children = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry) && parentOf(entry) === postmaster);
  for (const pid of [postmaster, ...children.map(Number)]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It was faster.
    }
  }
  return true;
}

/** PostgreSQL's processes that serve a client, by the title that PostgreSQL gives them. */
function listSessions(dataDirectory: string): number[] {
  const postmaster = findPostmaster(dataDirectory);
  const children = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry) && parentOf(entry) === postmaster);
  return children.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('[local]')).map(Number);
}

/** Lets all present sessions stand still, as a machine without a free processor would; gives what lets them go on. */
export function suspendSessions(dataDirectory: string): () => void {
  const sessions = listSessions(dataDirectory);
  for (const pid of sessions) process.kill(pid, 'SIGSTOP');
  return () => {
    for (const pid of sessions) process.kill(pid, 'SIGCONT');
  };
}
