import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { silentLog } from '../platform/log.ts';
import { Database } from './database.ts';
import { enqueueJob, JobWorker, type JobKind, type NewJob } from './jobs.ts';
import { migrate } from './migrate.ts';
import { openPostgres, type PostgresHandle } from './postgres/index.ts';
import { sql } from './sql.ts';

const root = mkdtempSync(join(tmpdir(), 'stafette-jobs-'));
chmodSync(root, 0o711);
let postgres: PostgresHandle;
let database: Database;
let nowMs = 1_000;
const workers: JobWorker[] = [];
const clock = { nowMs: () => nowMs };

beforeAll(async () => {
  postgres = await openPostgres(
    { dataDirectory: join(root, 'data'), settings: { fsync: 'off', shared_buffers: '32MB' } },
    silentLog,
  );
  await migrate(postgres.connection);
  database = new Database({ connection: postgres.connection });
});
afterAll(async () => {
  await database.close();
  await postgres.stop();
  rmSync(root, { recursive: true, force: true });
});
beforeEach(async () => {
  nowMs = 1_000;
  await database.write(async (tx) => tx.execute(sql`delete from jobs`));
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop();
});

const enqueue = async (job: NewJob): Promise<void> => database.write(async (tx) => enqueueJob(tx, job));
const remaining = async (): Promise<
  { kind: string; attempts: number; run_at: number; failed_at: number | null; last_error: string | null }[]
> => database.reader.query(sql`select kind, attempts, run_at, failed_at, last_error from jobs order by id`);

function work(...kinds: JobKind[]): JobWorker {
  const worker = new JobWorker({ database, clock, log: silentLog, kinds, pollMs: 5 });
  workers.push(worker);
  worker.start();
  return worker;
}

const isEmpty = async (): Promise<void> =>
  vi.waitFor(async () => expect(await remaining()).toEqual([]), { interval: 5 });

test('a job runs once with its payload and is gone', async () => {
  const seen: unknown[] = [];
  await enqueue({ kind: 'greet', payload: { name: 'Anna' } });
  work({ kind: 'greet', run: async (payload) => void seen.push(payload) });
  await isEmpty();
  expect(seen).toEqual([{ name: 'Anna' }]);
});

test('a job of a transaction that rolled back does not exist', async () => {
  const failed = database.write(async (tx) => {
    await enqueueJob(tx, { kind: 'greet', payload: {} });
    throw new Error('changed my mind');
  });
  await expect(failed).rejects.toThrow('changed my mind');
  expect(await remaining()).toEqual([]);
});

test('several workers share the jobs, each job with one of them', async () => {
  const seen: unknown[] = [];
  for (let index = 0; index < 40; index += 1) await enqueue({ kind: 'count', payload: index });
  const kind: JobKind = { kind: 'count', run: async (payload) => void seen.push(payload) };
  work(kind);
  work(kind);
  await isEmpty();
  expect(seen.toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 40 }, (_, index) => index));
});

test('requests with one key are one job with the latest payload', async () => {
  const seen: unknown[] = [];
  for (const payload of [1, 2, 3]) await enqueue({ kind: 'sum', key: 'a', payload });
  await enqueue({ kind: 'sum', key: 'b', payload: 9 });
  work({ kind: 'sum', run: async (payload) => void seen.push(payload) });
  await isEmpty();
  expect(seen).toEqual([3, 9]);
});

test('a request made while its job runs is followed by another run', async () => {
  const seen: unknown[] = [];
  await enqueue({ kind: 'sum', key: 'a', payload: 'first' });
  work({
    kind: 'sum',
    run: async (payload) => {
      if (seen.push(payload) === 1) await enqueue({ kind: 'sum', key: 'a', payload: 'second' });
    },
  });
  await isEmpty();
  expect(seen).toEqual(['first', 'second']);
});

test('a job waits for its time', async () => {
  const seen: unknown[] = [];
  await enqueue({ kind: 'later', payload: 1, runAtMs: 5_000 });
  await enqueue({ kind: 'later', payload: 0 });
  work({ kind: 'later', run: async (payload) => void seen.push(payload) });
  await vi.waitFor(() => expect(seen).toEqual([0]), { interval: 5 });
  nowMs = 5_000;
  await isEmpty();
  expect(seen).toEqual([0, 1]);
});

test('a failure is tried again after a growing wait, and set aside in the end', async () => {
  let runs = 0;
  await enqueue({ kind: 'bad', payload: {} });
  work({
    kind: 'bad',
    maxAttempts: 2,
    run: async () => {
      runs += 1;
      throw Object.assign(new Error('with content in it'), { code: 'ECONNREFUSED' });
    },
  });
  await vi.waitFor(async () => expect((await remaining())[0]?.run_at).toBe(6_000), { interval: 5 });
  expect(runs).toBe(1);
  nowMs = 6_000;
  await vi.waitFor(async () => expect((await remaining())[0]?.failed_at).toBe(6_000), { interval: 5 });
  expect(runs).toBe(2);
  expect((await remaining())[0]?.last_error).toBe('ECONNREFUSED');
});

test('a job whose worker died runs again when its lease is over', async () => {
  await enqueue({ kind: 'long', payload: {} });
  await database.write(async (tx) => tx.execute(sql`update jobs set leased_until = 3000, attempts = 1`));
  const attempts: number[] = [];
  work({ kind: 'long', run: async (_payload, { attempt }) => void attempts.push(attempt) });
  nowMs = 2_999;
  expect(attempts).toEqual([]);
  nowMs = 3_000;
  await isEmpty();
  expect(attempts).toEqual([2]);
});

test('a stop waits for the running job, which is told, and keeps it for the next worker without counting a failure', async () => {
  await enqueue({ kind: 'long', payload: {} });
  const started = Promise.withResolvers<void>();
  const worker = work({
    kind: 'long',
    run: async (_payload, { signal }) => {
      started.resolve();
      await new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new Error('told')), { once: true }),
      );
    },
  });
  await started.promise;
  await worker.stop();
  expect(await remaining()).toMatchObject([{ attempts: 0, failed_at: null, last_error: 'interrupted', run_at: 1_000 }]);
});
