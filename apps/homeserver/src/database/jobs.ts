import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { Database, WriteTx } from './database.ts';
import { sql } from './sql.ts';

/** What a handler knows about its run. */
export interface JobRun {
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Aborts when the lease ends or the server stops: give up, the job runs again. */
  readonly signal: AbortSignal;
}

/**
 * A kind of work that happens after a transaction, at least once. The handler may be interrupted at any point and run
 * again, so it must be safe to repeat. A throw means "try again later".
 */
export interface JobKind {
  readonly kind: string;
  /** After this many failures the job is set aside for an operator to look at. Default 12, about two days. */
  readonly maxAttempts?: number;
  /** How long one run may take before it counts as dead. Default one minute. */
  readonly leaseMs?: number;
  run(payload: unknown, run: JobRun): Promise<void>;
}

export interface NewJob {
  readonly kind: string;
  /** Anything that survives JSON; small, as the row is read whole. */
  readonly payload: unknown;
  /** Requests with the same kind and key are one job. The latest payload counts, and a run in progress is followed by another. */
  readonly key?: string;
  /** Default: at once. */
  readonly runAtMs?: number;
}

/**
 * Asks for work in the transaction that makes it necessary: when that rolls back, nobody asked. Call {@link JobWorker.poke}
 * in `afterCommit` for work that should start at once.
 */
export async function enqueueJob(tx: WriteTx, { kind, payload, key, runAtMs = 0 }: NewJob): Promise<void> {
  await tx.execute(sql`
    insert into jobs as known (kind, key, payload, run_at) values (${kind}, ${key ?? null}, ${JSON.stringify(payload)}, ${runAtMs})
    on conflict (kind, key) where key is not null do update
       set payload = excluded.payload, generation = known.generation + 1, failed_at = null,
           attempts = case when known.failed_at is null then known.attempts else 0 end,
           run_at = case when known.failed_at is null and known.leased_until = 0 then least(known.run_at, excluded.run_at) else excluded.run_at end`);
}

interface ClaimedJob {
  readonly id: number;
  readonly kind: string;
  readonly payload: string;
  readonly attempts: number;
  readonly generation: number;
}

const DEFAULT_MAX_ATTEMPTS = 12;
const DEFAULT_LEASE_MS = 60_000;
const MAX_BACKOFF_MS = 12 * 60 * 60 * 1000;

/** 5 s, 15 s, 45 s, ... up to twelve hours. */
export const backoffMs = (failures: number): number => Math.min(MAX_BACKOFF_MS, 5_000 * 3 ** (failures - 1));

/** The code or class of an error, never its message: that may quote what people wrote. */
const nameOf = (error: unknown): string =>
  error instanceof Error ? ('code' in error && typeof error.code === 'string' ? error.code : error.name) : typeof error;

export interface JobWorkerOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly kinds?: readonly JobKind[];
  /** Jobs that run at the same time. */
  readonly concurrency?: number;
  /** How long an idle worker waits before it looks again. */
  readonly pollMs?: number;
}

/** Runs due jobs. Several workers over one database share the work; each job is with one of them at a time. */
export class JobWorker {
  readonly #options: Required<Omit<JobWorkerOptions, 'kinds'>>;
  readonly #kinds = new Map<string, JobKind>();
  /** Each running job with the means to tell it to give up. */
  readonly #running = new Map<Promise<void>, AbortController>();
  #isStopping = false;
  #idle = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(options: JobWorkerOptions) {
    this.#options = { concurrency: 4, pollMs: 1_000, ...options };
    for (const kind of options.kinds ?? []) this.register(kind);
  }

  /** Adds a kind of work. To be called before {@link start}. */
  register(kind: JobKind): void {
    if (this.#kinds.has(kind.kind)) throw new Error('Two kinds of job have the same name.');
    this.#kinds.set(kind.kind, kind);
  }

  /**
   * Gives up the leases that a killed server left, so that its work goes on at once. For the start of a server that has
   * the database for itself.
   */
  async takeOver(): Promise<void> {
    const kinds = [...this.#kinds.keys()];
    await this.#options.database.write((tx) =>
      tx.execute(sql`update jobs set leased_until = 0 where leased_until > 0 and kind = any(${kinds}::text[])`),
    );
  }

  /** Without kinds there is nothing to look for. */
  start(): void {
    if (this.#kinds.size === 0) return;
    this.#loop ??= this.#work();
  }

  /** Looks for due jobs now instead of at the next poll. */
  poke(): void {
    this.#idle.abort();
  }

  /** Takes no more jobs, tells the running ones to give up, and returns when they have. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.poke();
    await this.#loop;
    for (const controller of this.#running.values()) controller.abort();
    await Promise.all(this.#running.keys());
  }

  async #work(): Promise<void> {
    const { concurrency, pollMs, log } = this.#options;
    while (!this.#isStopping) {
      // Renewed before the look: a poke during the look is then not lost.
      this.#idle = new AbortController();
      const idle = this.#idle.signal;
      const job =
        this.#running.size < concurrency
          ? await this.#claim().catch((error: unknown) => log.error({ err: error }, 'job queue not readable'))
          : undefined;
      if (job) {
        const controller = new AbortController();
        const run = this.#run(job, controller).finally(() => {
          this.#running.delete(run);
          this.poke();
        });
        this.#running.set(run, controller);
      } else {
        await delay(pollMs, undefined, { signal: idle }).catch(() => undefined);
      }
    }
  }

  async #claim(): Promise<ClaimedJob | undefined> {
    const now = this.#options.clock.nowMs();
    const kinds = [...this.#kinds.values()];
    return this.#options.database.write(async (tx) =>
      tx.find<ClaimedJob>(sql`
        update jobs set attempts = attempts + 1, leased_until = ${now} + leases.lease_ms
          from unnest(${kinds.map(({ kind }) => kind)}::text[], ${kinds.map(({ leaseMs }) => leaseMs ?? DEFAULT_LEASE_MS)}::bigint[]) as leases (lease_kind, lease_ms)
         where leases.lease_kind = jobs.kind and jobs.id = (
           select id from jobs
            where failed_at is null and run_at <= ${now} and leased_until <= ${now} and kind = any(${kinds.map(({ kind }) => kind)})
            order by run_at, id limit 1 for update skip locked)
        returning id, kind, payload, attempts, generation`),
    );
  }

  async #run(job: ClaimedJob, controller: AbortController): Promise<void> {
    const { database, clock, log } = this.#options;
    const kind = this.#kinds.get(job.kind);
    if (!kind) throw new Error('claimed a job of an unknown kind');
    const lease = setTimeout(() => controller.abort(), kind.leaseMs ?? DEFAULT_LEASE_MS);
    try {
      const payload: unknown = JSON.parse(job.payload);
      await kind.run(payload, { attempt: job.attempts, signal: controller.signal });
      await database.write(async (tx) => this.#finish(tx, job));
    } catch (error) {
      log.warn({ kind: job.kind, jobId: job.id, attempt: job.attempts, err: error }, 'job failed');
      const wasInterrupted = this.#isStopping;
      await database
        .write(async (tx) =>
          this.#postpone(tx, job, kind, wasInterrupted ? 'interrupted' : nameOf(error), wasInterrupted, clock.nowMs()),
        )
        // The lease runs out by itself then.
        .catch((failure: unknown) => log.error({ err: failure, jobId: job.id }, 'job could not be put back'));
    } finally {
      clearTimeout(lease);
    }
  }

  /**
   * Done, unless it was asked for again meanwhile. The number of the attempt tells whether the job is still ours: when
   * the lease ran out, somebody else may have it.
   */
  async #finish(tx: WriteTx, { id, generation, attempts }: ClaimedJob): Promise<void> {
    const removed = await tx.execute(
      sql`delete from jobs where id = ${id} and generation = ${generation} and attempts = ${attempts}`,
    );
    if (removed === 0) {
      await tx.execute(sql`update jobs set leased_until = 0, attempts = 0 where id = ${id} and attempts = ${attempts}`);
    }
  }

  async #postpone(
    tx: WriteTx,
    job: ClaimedJob,
    kind: JobKind,
    errorName: string,
    wasInterrupted: boolean,
    now: number,
  ): Promise<void> {
    // A stop of the server is not the job's failure.
    const failures = wasInterrupted ? job.attempts - 1 : job.attempts;
    const isFinal = !wasInterrupted && failures >= (kind.maxAttempts ?? DEFAULT_MAX_ATTEMPTS);
    await tx.execute(sql`
      update jobs set leased_until = 0, attempts = ${failures}, last_error = ${errorName},
             run_at = ${wasInterrupted ? now : now + backoffMs(failures)}, failed_at = ${isFinal ? now : null}
       where id = ${job.id} and attempts = ${job.attempts}`);
  }
}
