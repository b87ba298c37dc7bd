import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendIntoOneRoom, sendOverManyRooms, sendSequentially } from '../cases/sends.ts';
import { measureFsync } from '../limits/fsync.ts';
import { withGroupInsertLimit } from '../limits/group-insert-limit.ts';
import { measureNoDatabasePath } from '../limits/no-database-path.ts';
import type { LoopResult } from '../load/closed-loop.ts';
import { withRelaxedPostgres } from '../relaxed-postgres.ts';
import { printLimit, printLoop, ratio } from '../report.ts';
import type { BenchContext, Part } from './part.ts';

/** What a single send may take beyond one fsync, ms. */
const W1_ALLOWANCE_MS = 0.3;

interface Sends {
  readonly w1: LoopResult;
  readonly w2: LoopResult;
  readonly w3: LoopResult;
}

/** One fresh server for all three, so that later ones run on a database with some history. */
const measureSends = ({ withServer, measureMs }: BenchContext, env: NodeJS.ProcessEnv): Promise<Sends> =>
  withServer({ env }, async ({ url }) => {
    const options = { url, warmUpMs: measureMs / 4, measureMs };
    return {
      w1: await sendSequentially(options),
      w2: await sendOverManyRooms(options),
      w3: await sendIntoOneRoom(options),
    };
  });

function printSends(
  title: string,
  sends: Sends,
  limits: { readonly fsyncMs: number; readonly noDatabasePerSecond: number },
): void {
  console.log(`\n${title}`);
  const times = sends.w1.latency.p50Ms / (limits.fsyncMs + W1_ALLOWANCE_MS);
  printLoop('W1 one sender', sends.w1, `${times.toFixed(1)} x (one fsync + ${W1_ALLOWANCE_MS} ms)`);
  const beside = ({ perSecond }: LoopResult): string => `${ratio(perSecond, limits.noDatabasePerSecond)} (no database)`;
  printLoop('W2 128 senders, 1,000 rooms', sends.w2, beside(sends.w2));
  printLoop('W3 128 senders, one room', sends.w3, beside(sends.w3));
}

/** W1, W2, W3: messages, durable and without waiting for the disk. */
export const sends: Part = async (context) => {
  const { measureMs, limitPort } = context;
  const directory = await mkdtemp(join(tmpdir(), 'stafette-bench-limits-'));
  const fsync = measureFsync(directory, 2000);
  const groupInsert = await withGroupInsertLimit(directory, measureMs / 2);
  await rm(directory, { recursive: true, force: true });
  const noDatabase = await measureNoDatabasePath(limitPort, { warmUpMs: measureMs / 4, measureMs });
  console.log('Limits of this machine, now');
  printLimit('one fsync after the other', fsync.perSecond, '/s');
  printLimit('group insert into PostgreSQL', groupInsert.rowsPerSecond, ' rows/s');
  printLoop('same HTTP path, no database', noDatabase, '');
  const limits = { fsyncMs: fsync.msEach, noDatabasePerSecond: noDatabase.perSecond };
  const durable = await measureSends(context, {});
  printSends('Durable: answered after the commit is on disk', durable, limits);
  const relaxed = await withRelaxedPostgres((url) => measureSends(context, { HS_DATABASE_URL: url }));
  printSends('synchronous_commit=off: a power cut may lose the last moments', relaxed, limits);
  return { fsync, groupInsert, noDatabase, durable, relaxed };
};
