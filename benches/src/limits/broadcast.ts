import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { inBatches } from '../load/in-batches.ts';
import { type LatencySummary, summarise } from '../load/latency.ts';
import { openLongPoll, type LongPoll } from '../load/long-poll.ts';

const SERVER = fileURLToPath(new URL('./broadcast-server.ts', import.meta.url));
const WIDTH = 64;

/** How fast one process writes the same bytes to so many waiting sockets: what no server of one process can go below. */
export async function measureBroadcast(
  port: number,
  count: number,
  answerBytes: number,
): Promise<{ readonly delivery: LatencySummary }> {
  const child = spawn(process.execPath, [SERVER, String(port), String(answerBytes)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const polls: LongPoll[] = [];
  try {
    await once(child, 'message');
    await inBatches(Array.from({ length: count }), WIDTH, async () => {
      const poll = openLongPoll({ host: '127.0.0.1', port }, '/', 'Bearer probe');
      polls.push(poll);
      await poll.sent;
    });
    const sentAtMs = performance.now();
    child.send(count);
    const answers = await Promise.all(polls.map((poll) => poll.answered));
    return { delivery: summarise(answers.map((answer) => answer.atMs - sentAtMs)) };
  } finally {
    for (const poll of polls) poll.close();
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}
