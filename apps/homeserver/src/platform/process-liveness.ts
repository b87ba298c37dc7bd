import { readFileSync } from 'node:fs';

const readProc = (pid: number, file: string): string | undefined => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // No such process, or a system without /proc: the caller knows what that means.
    return undefined;
  }
};

/** The fields of /proc/pid/stat after the name, which stands in parentheses and may hold anything. */
const readStat = (pid: number): readonly string[] | undefined => {
  const stat = readProc(pid, 'stat');
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
};

/** Whether a process with this id runs, whoever it belongs to. One that ended and was not buried by its parent does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  const state = readStat(pid)?.[0];
  return state !== 'Z' && state !== 'X';
}

/**
 * Whether the process is a program that was started with `argument` on its command line. Process ids are reused, after
 * a reboot above all. Without /proc any living process counts.
 */
export function isRunningWith(pid: number, argument: string): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  return readProc(pid, 'cmdline')?.split('\0').includes(argument) === true;
}

/** Distinguishes two processes that had the same id one after the other; empty where the system does not tell. */
export function startMark(pid: number): string {
  // The start time, in ticks since the machine started.
  return readStat(pid)?.[19] ?? '';
}
