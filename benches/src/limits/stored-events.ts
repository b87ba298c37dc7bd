import { performance } from 'node:perf_hooks';
import { Client, type ClientConfig } from 'pg';
import { type LatencySummary, summarise } from '../load/latency.ts';

const RUNS = 20;

/** How long PostgreSQL and its driver take for the bare texts of what an answer is made of, on the server's own data. */
async function measure(connection: ClientConfig, text: string, values: readonly unknown[]): Promise<LatencySummary> {
  const client = new Client(connection);
  await client.connect();
  try {
    const latenciesMs: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const began = performance.now();
      await client.query({ name: 'bench-read', text, values: [...values], rowMode: 'array' });
      latenciesMs.push(performance.now() - began);
    }
    return summarise(latenciesMs);
  } finally {
    await client.end();
  }
}

/** The newest events of each room: the least that a first sync reads. */
export const measureTimelineReads = (
  connection: ClientConfig,
  roomIds: readonly string[],
  limit: number,
): Promise<LatencySummary> =>
  measure(
    connection,
    `select e.json from room r cross join lateral (
       select json from event where room_nid = r.nid order by pos desc limit $2) e where r.id = any($1::text[])`,
    [roomIds, limit],
  );

/** One page of a room's history. */
export const measurePageRead = (connection: ClientConfig, roomId: string, limit: number): Promise<LatencySummary> =>
  measure(
    connection,
    'select json from event where room_nid = (select nid from room where id = $1) order by pos desc limit $2',
    [roomId, limit],
  );
