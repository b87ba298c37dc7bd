import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import { inBatches } from '../load/in-batches.ts';
import { type LatencySummary, summarise } from '../load/latency.ts';
import { type LongPoll, openLongPoll } from '../load/long-poll.ts';
import { MatrixUser } from '../load/matrix-user.ts';
import type { ServerProcess } from '../server-process.ts';

export interface IdleResult {
  readonly polls: number;
  readonly addedMiB: number;
  readonly kibPerPoll: number;
  /** From the send until each waiting client had its answer. */
  readonly delivery: LatencySummary;
  readonly sendMs: number;
  /** Size of one answer's body. */
  readonly answerBytes: number;
}

const WIDTH = 64;
const POLL_TIMEOUT_MS = 120_000;
/** For the server to collect the garbage of the set-up before memory is read. */
const SETTLE_MS = 5_000;

/** All members of one room wait in `/sync`; what the waiting costs, and when one message has reached everybody. */
export async function holdIdlePolls(server: ServerProcess, count: number): Promise<IdleResult> {
  const { hostname: host, port } = new URL(server.url);
  const pool = new Pool(server.url, { connections: WIDTH, pipelining: 1 });
  const polls: LongPoll[] = [];
  try {
    const names = Array.from({ length: count }, (_, index) => `idle-${index}`);
    const users = await inBatches(names, WIDTH, (name) => MatrixUser.register(pool, name));
    const [owner] = users;
    if (owner === undefined) throw new Error('at least one poll is needed');
    const roomId = await owner.createRoom({ preset: 'public_chat' });
    await inBatches(users.slice(1), WIDTH, (user) => user.join(roomId));
    const filter = JSON.stringify({ room: { state: { lazy_load_members: true }, timeline: { limit: 1 } } });
    // Where presence is on, the news of who is there would end the waiting.
    const sync = `/_matrix/client/v3/sync?set_presence=offline&filter=${encodeURIComponent(filter)}`;
    const since = await inBatches(users, WIDTH, async (user) =>
      String((await user.request('GET', sync))['next_batch']),
    );

    await pause(SETTLE_MS);
    const before = server.residentBytes();
    await inBatches(users, WIDTH, async (user, index) => {
      const path = `${sync}&timeout=${POLL_TIMEOUT_MS}&since=${encodeURIComponent(since[index] ?? '')}`;
      const poll = openLongPoll({ host, port: Number(port) }, path, user.authorization);
      polls.push(poll);
      await poll.sent;
    });
    await pause(SETTLE_MS);
    const addedBytes = server.residentBytes() - before;

    const sentAtMs = performance.now();
    await owner.send(roomId, 'Probealarm');
    const sendMs = performance.now() - sentAtMs;
    const answers = await Promise.all(polls.map((poll) => poll.answered));
    const missed = answers.filter((answer) => !answer.body.includes('Probealarm')).length;
    if (missed > 0) throw new Error(`${missed} polls were answered without the message`);
    return {
      polls: count,
      addedMiB: addedBytes / 2 ** 20,
      kibPerPoll: addedBytes / 1024 / count,
      delivery: summarise(answers.map((answer) => answer.atMs - sentAtMs)),
      sendMs,
      answerBytes: Buffer.byteLength(answers[0]?.body ?? ''),
    };
  } finally {
    for (const poll of polls) poll.close();
    await pool.close();
  }
}
