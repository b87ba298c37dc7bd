import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../platform/log.ts';
import { isAlive } from '../../platform/process-liveness.ts';
import { startPostmaster, stopPostmaster, type Postmaster, type PostmasterPlan } from './postmaster.ts';

const WATCH_MS = 100;
/** Waits between attempts to bring PostgreSQL back; when the last has failed, the server gives up. */
const RESTART_DELAYS_MS = [0, 100, 500, 1_000, 2_000, 5_000, 10_000, 10_000] as const;

/**
 * Keeps one PostgreSQL running for as long as the server runs, and stops it with the server. The watch is by process id,
 * as an adopted PostgreSQL is nobody's child.
 */
export class PostgresSupervisor {
  readonly #plan: PostmasterPlan;
  readonly #log: Log;
  readonly #onLost: (error: unknown) => void;
  #postmaster: Postmaster;
  #isStopping = false;
  #watch: NodeJS.Timeout;
  #restarting: Promise<void> | undefined;

  constructor(plan: PostmasterPlan, postmaster: Postmaster, log: Log, onLost: (error: unknown) => void) {
    this.#plan = plan;
    this.#postmaster = postmaster;
    this.#log = log;
    this.#onLost = onLost;
    this.#watch = setInterval(() => this.#look(), WATCH_MS);
  }

  get pid(): number {
    return this.#postmaster.pid;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#watch);
    await this.#restarting;
    await stopPostmaster(this.#postmaster.pid);
  }

  /** Leaves PostgreSQL running for the next server to adopt. */
  release(): void {
    this.#isStopping = true;
    clearInterval(this.#watch);
  }

  #look(): void {
    if (this.#restarting || isAlive(this.#postmaster.pid)) return;
    this.#log.error({ postgresPid: this.#postmaster.pid }, 'PostgreSQL ended by itself; starting it again');
    this.#restarting = this.#restart()
      .catch((error: unknown) => this.#onLost(error))
      .finally(() => (this.#restarting = undefined));
  }

  async #restart(): Promise<void> {
    let failure: unknown;
    for (const waitMs of RESTART_DELAYS_MS) {
      await delay(waitMs);
      if (this.#isStopping) return;
      try {
        this.#postmaster = await startPostmaster(this.#plan);
        this.#log.info({ postgresPid: this.#postmaster.pid }, 'PostgreSQL runs again');
        return;
      } catch (error) {
        failure = error;
        this.#log.error({ err: error }, 'PostgreSQL did not come back');
      }
    }
    throw new Error('PostgreSQL could not be brought back', { cause: failure });
  }
}
