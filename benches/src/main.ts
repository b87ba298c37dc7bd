import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { holdIdlePolls } from './cases/idle-polls.ts';
import { sendIntoOneRoom, sendOverManyRooms, sendSequentially, type SendOptions } from './cases/sends.ts';
import { readHeaviestFunctions } from './cpu-profile.ts';
import { measureFsync } from './limits/fsync.ts';
import { withGroupInsertLimit } from './limits/group-insert-limit.ts';
import { measureNoDatabasePath } from './limits/no-database-path.ts';
import type { LoopResult } from './load/closed-loop.ts';
import { withRelaxedPostgres } from './relaxed-postgres.ts';
import { printLimit, printLoop, ratio, type Report } from './report.ts';
import { startServer, type ServerProcess } from './server-process.ts';

const USAGE = `npm run bench -- [--only sends,idle,profile] [--seconds 8] [--polls 10000] [--json FILE]

Measures the server beside the limits of this machine, in one run. Ratios count; absolute figures move with the machine.`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'sends,idle,profile' },
    seconds: { type: 'string', default: '8' },
    polls: { type: 'string', default: '10000' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}

const parts = new Set(values.only.split(','));
const measureMs = Number(values.seconds) * 1000;
const PORT = 18_408;
/** What the specification of a single send adds to one fsync, ms. */
const W1_ALLOWANCE_MS = 0.3;
const results: Record<string, unknown> = {};

async function withServer<T>(
  options: Omit<Parameters<typeof startServer>[0], 'port'>,
  work: (server: ServerProcess) => Promise<T>,
): Promise<T> {
  const server = await startServer({ port: PORT, ...options });
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}

const sendOptions = (url: string): SendOptions => ({ url, warmUpMs: measureMs / 4, measureMs });

interface Sends {
  readonly w1: LoopResult;
  readonly w2: LoopResult;
  readonly w3: LoopResult;
}

/** One fresh server for all three, so that later ones run on a database with some history. */
const measureSends = (env: NodeJS.ProcessEnv): Promise<Sends> =>
  withServer({ env }, async ({ url }) => ({
    w1: await sendSequentially(sendOptions(url)),
    w2: await sendOverManyRooms(sendOptions(url)),
    w3: await sendIntoOneRoom(sendOptions(url)),
  }));

function printSends(
  title: string,
  sends: Sends,
  limits: { readonly fsyncMs: number; readonly noDatabasePerSecond: number },
): void {
  console.log(`\n${title}`);
  const allowedMs = limits.fsyncMs + W1_ALLOWANCE_MS;
  printLoop(
    'W1 one sender',
    sends.w1,
    `${(sends.w1.latency.p50Ms / allowedMs).toFixed(1)} x (one fsync + ${W1_ALLOWANCE_MS} ms)`,
  );
  printLoop(
    'W2 128 senders, 1,000 rooms',
    sends.w2,
    `${ratio(sends.w2.perSecond, limits.noDatabasePerSecond)} (no database)`,
  );
  printLoop(
    'W3 128 senders, one room',
    sends.w3,
    `${ratio(sends.w3.perSecond, limits.noDatabasePerSecond)} (no database)`,
  );
}

if (parts.has('sends')) {
  const directory = await mkdtemp(join(tmpdir(), 'stafette-bench-limits-'));
  const fsync = measureFsync(directory, 2000);
  const groupInsert = await withGroupInsertLimit(directory, measureMs / 2);
  await rm(directory, { recursive: true, force: true });
  const noDatabase = await measureNoDatabasePath(PORT + 1, { warmUpMs: measureMs / 4, measureMs });
  console.log('Limits of this machine, now');
  printLimit('one fsync after the other', fsync.perSecond, '/s');
  printLimit('group insert into PostgreSQL', groupInsert.rowsPerSecond, ' rows/s');
  printLoop('same HTTP path, no database', noDatabase, '');
  const limits = { fsyncMs: fsync.msEach, noDatabasePerSecond: noDatabase.perSecond };
  const durable = await measureSends({});
  printSends('Durable: answered after the commit is on disk', durable, limits);
  const relaxed = await withRelaxedPostgres((url) => measureSends({ HS_DATABASE_URL: url }));
  printSends('synchronous_commit=off: a power cut may lose the last moments', relaxed, limits);
  Object.assign(results, { fsync, groupInsert, noDatabase, durable, relaxed });
}

if (parts.has('profile')) {
  const directory = await mkdtemp(join(tmpdir(), 'stafette-bench-profile-'));
  await withServer({ nodeArgs: ['--cpu-prof', `--cpu-prof-dir=${directory}`] }, ({ url }) =>
    sendOverManyRooms(sendOptions(url)),
  );
  const heaviest = await readHeaviestFunctions(directory, 10);
  await rm(directory, { recursive: true, force: true });
  console.log('\nWhere W2 spends its CPU time (self time, share of the busy time)');
  for (const { name, share } of heaviest) console.log(`${(share * 100).toFixed(1).padStart(5)} %  ${name}`);
  Object.assign(results, { heaviest });
}

if (parts.has('idle')) {
  const idle = await withServer({}, (server) => holdIdlePolls(server, Number(values.polls)));
  console.log(`\nIdle long polls: ${idle.polls.toLocaleString('en')}`);
  printLimit('memory on top', idle.addedMiB, ` MiB (${idle.kibPerPoll.toFixed(1)} KiB each)`);
  printLimit('one message, first half has it', idle.delivery.p50Ms, ' ms');
  printLimit('one message, everybody has it', idle.delivery.maxMs, ' ms');
  Object.assign(results, { idle });
}

if (values.json !== undefined) {
  const report: Report = { machine: { cores: availableParallelism(), node: process.version }, results };
  await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
}
