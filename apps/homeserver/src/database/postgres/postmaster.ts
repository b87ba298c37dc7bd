import { spawn } from 'node:child_process';
import { closeSync, fchownSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { PostgresArea } from './area.ts';
import { asUser } from './cluster.ts';
import { canConnect } from './connection.ts';
import { readPostmasterCommand, readPostmasterFile } from './postmaster-file.ts';
import { isAlive, isRunningWith } from '../../platform/process-liveness.ts';

const POLL_MS = 4;
/** Replaying the write-ahead log after a crash is bounded by max_wal_size; a slow disk may still take its time. */
const READY_TIMEOUT_MS = 120_000;
/** How long processes of a killed PostgreSQL may hold on to its memory before a new one is refused for good. */
const ORPHANS_TIMEOUT_MS = 10_000;
const MAX_LOG_BYTES = 10 * 1024 * 1024;

/** A running PostgreSQL. */
export interface Postmaster {
  readonly pid: number;
  readonly wasAdopted: boolean;
}

export interface PostmasterPlan {
  readonly area: PostgresArea;
  /** The directory with `bin/postgres`. */
  readonly runtime: string;
  readonly args: readonly string[];
}

const waitUntil = async (isTrue: () => boolean, timeoutMs: number): Promise<boolean> => {
  for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += POLL_MS) {
    if (isTrue()) return true;
    await delay(POLL_MS);
  }
  return isTrue();
};

/** Our own PostgreSQL over this cluster, if one runs. A file left behind by a dead one is not one. */
function findRunning({ cluster }: PostgresArea): { pid: number; status: string } | undefined {
  const file = readPostmasterFile(cluster);
  return file && isRunningWith(file.pid, cluster) ? file : undefined;
}

function wasStartedAlike({ area, runtime, args }: PostmasterPlan): boolean {
  const command = readPostmasterCommand(area.cluster);
  return (
    command.startsWith(join(runtime, 'bin/postgres')) && args.every((argument) => command.includes(`"${argument}"`))
  );
}

/**
 * Takes over the PostgreSQL that a killed server left behind. One with other settings, or of another version, is
 * stopped so that the right one can be started.
 */
async function adopt(plan: PostmasterPlan): Promise<Postmaster | undefined> {
  const running = findRunning(plan.area);
  if (!running) return undefined;
  await waitUntil(() => ['ready', undefined].includes(findRunning(plan.area)?.status), READY_TIMEOUT_MS);
  if (!findRunning(plan.area)) return undefined;
  if (wasStartedAlike(plan) && (await canConnect(plan.area.socketDirectory)))
    return { pid: running.pid, wasAdopted: true };
  await stopPostmaster(running.pid);
  return undefined;
}

function openLog({ logFile: path, user }: PostgresArea): number {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MAX_LOG_BYTES) renameSync(path, `${path}.1`);
  const descriptor = openSync(path, 'a', 0o600);
  if (user) fchownSync(descriptor, user.uid, user.gid);
  return descriptor;
}

/**
 * Removes the lock files of a PostgreSQL that is not running. It would refuse to start because of them when their process
 * id is a stranger's by now, or that of a dead process which nobody has buried yet. Processes of it that still live are
 * noticed by their shared memory, which belongs to the data directory itself.
 */
function removeLeftovers({ cluster, socketDirectory }: PostgresArea): void {
  for (const path of [join(cluster, 'postmaster.pid'), join(socketDirectory, '.s.PGSQL.5432.lock')])
    rmSync(path, { force: true });
}

/** What PostgreSQL wrote since `fromByte`, for the error message of a start that failed. */
async function readLogFrom(path: string, fromByte: number): Promise<string> {
  return (await readFile(path)).subarray(fromByte).toString('utf8').trim();
}

type Attempt = { readonly postmaster: Postmaster } | { readonly complaint: string };

async function launch({ area, runtime, args }: PostmasterPlan): Promise<Attempt> {
  removeLeftovers(area);
  const log = openLog(area);
  const logStart = statSync(area.logFile).size;
  try {
    // Detached: Ctrl-C in a terminal must reach this server first, which then stops PostgreSQL in order.
    const child = spawn(join(runtime, 'bin/postgres'), ['-D', area.cluster, ...args], {
      ...asUser(area),
      stdio: ['ignore', log, log],
      detached: true,
    });
    child.unref();
    const spawned = await new Promise<Error | undefined>((resolve) => {
      child.once('spawn', () => resolve(undefined));
      child.once('error', resolve);
    });
    if (spawned || child.pid === undefined) throw new Error('PostgreSQL could not be run.', { cause: spawned });
    const { pid } = child;
    const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
    const isReady = (): boolean => {
      const file = readPostmasterFile(area.cluster);
      return file?.pid === pid && file.status === 'ready';
    };
    const isSettled = await waitUntil(() => isReady() || hasEnded(), READY_TIMEOUT_MS);
    if (isSettled && !hasEnded()) return { postmaster: { pid, wasAdopted: false } };
    if (!hasEnded()) process.kill(pid, 'SIGQUIT');
    return { complaint: (await readLogFrom(area.logFile, logStart)) || 'it was not ready in time' };
  } finally {
    closeSync(log);
  }
}

/** Backends of a killed postmaster notice within moments, but until then their shared memory is in use. */
const isWaitingForOrphans = (complaint: string): boolean => complaint.includes('pre-existing shared memory block');

/** Adopts a running PostgreSQL or starts one, and returns when it answers. */
export async function startPostmaster(plan: PostmasterPlan): Promise<Postmaster> {
  const adopted = await adopt(plan);
  if (adopted) return adopted;
  for (let waitedMs = 0; ; waitedMs += 50) {
    const attempt = await launch(plan);
    if ('postmaster' in attempt) return attempt.postmaster;
    if (waitedMs >= ORPHANS_TIMEOUT_MS || !isWaitingForOrphans(attempt.complaint)) {
      throw new Error(`PostgreSQL did not start: ${attempt.complaint}`);
    }
    await delay(50);
  }
}

/**
 * Asks for a fast shutdown (open transactions roll back, everything is written out); one that takes longer than
 * `graceMs` becomes an immediate one, after which the next start replays the log. Nothing committed is lost either way.
 */
export async function stopPostmaster(pid: number, graceMs = 3_500): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!isAlive(pid)) return;
    process.kill(pid, signal);
    if (await waitUntil(() => !isAlive(pid), signal === 'SIGINT' ? graceMs : 1_000)) return;
  }
}
