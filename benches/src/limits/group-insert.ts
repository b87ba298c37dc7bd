import { performance } from 'node:perf_hooks';
import { Client, type ClientConfig } from 'pg';

/** Rows of one statement, as many as a committer takes when 128 senders wait. */
const GROUP_ROWS = 128;

/**
 * Durable rows per second that PostgreSQL takes in groups from one connection: one table with the columns of an event
 * and its three indexes, nothing else.
 */
export async function measureGroupInsert(
  connection: ClientConfig,
  measureMs: number,
): Promise<{ readonly rowsPerSecond: number }> {
  const client = new Client(connection);
  await client.connect();
  try {
    await client.query(`
      drop table if exists bench_group_insert;
      create table bench_group_insert (
        pos bigint primary key, room_nid bigint not null, event_id text collate "C" not null unique, type text not null,
        sender text not null, json text not null);
      create index on bench_group_insert (room_nid, pos);`);
    const json = JSON.stringify({
      content: { body: 'x'.repeat(600), msgtype: 'm.text' },
      hashes: { sha256: 'y'.repeat(43) },
    });
    const startMs = performance.now();
    let pos = 0;
    while (performance.now() - startMs < measureMs) {
      const positions = Array.from({ length: GROUP_ROWS }, (_, index) => pos + index + 1);
      pos += GROUP_ROWS;
      await client.query({
        name: 'bench-group-insert',
        text: `insert into bench_group_insert select pos, pos % 256, event_id, 'm.room.message', sender, json
               from unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) as row (pos, event_id, sender, json)`,
        values: [
          positions,
          positions.map((position) => `$${position.toString().padStart(43, '0')}`),
          positions.map((position) => `@u${position % 128}:bench`),
          positions.map(() => json),
        ],
      });
    }
    return { rowsPerSecond: (pos / (performance.now() - startMs)) * 1000 };
  } finally {
    await client.query('drop table if exists bench_group_insert');
    await client.end();
  }
}
