import { performance } from 'node:perf_hooks';
import { Client } from 'pg';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withGroupInsertLimit } from '../limits/group-insert-limit.ts';
import { inBatches } from '../load/in-batches.ts';
import { getAt, withUsers } from '../load/users.ts';
import { printLimit, ratio } from '../report.ts';
import type { Part } from './part.ts';

const WIDTH = 64;
/** People who join one room. */
const PEOPLE = 2_000;
/** The bytes of the state of one room, all tables and indexes of it. */
const STATE_BYTES = `select pg_total_relation_size('state_interval') + pg_total_relation_size('membership') as bytes`;

/** W8: many people join one room, then leave it. */
export const joins: Part = async ({ withServer, measureMs }) => {
  const directory = await mkdtemp(join(tmpdir(), 'stafette-bench-limits-'));
  const { rowsPerSecond } = await withGroupInsertLimit(directory, measureMs / 2);
  await rm(directory, { recursive: true, force: true });
  return withServer({}, ({ url, postgres }) =>
    withUsers(url, { prefix: 'w8-', count: PEOPLE, connections: WIDTH }, async (users) => {
      const client = new Client(postgres);
      await client.connect();
      const stateBytes = async (): Promise<number> =>
        Number((await client.query<{ bytes: string }>(STATE_BYTES)).rows[0]?.bytes);
      const roomId = await getAt(users, 0).createRoom({ preset: 'public_chat' });
      const members = users.slice(1);
      const perSecond = async (act: (user: (typeof users)[number]) => Promise<unknown>): Promise<number> => {
        const began = performance.now();
        await inBatches(members, WIDTH, act);
        return members.length / ((performance.now() - began) / 1000);
      };
      const before = await stateBytes();
      const joinsPerSecond = await perSecond((user) => user.join(roomId));
      const bytesEach = ((await stateBytes()) - before) / members.length;
      const leave = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/leave`;
      const leavesPerSecond = await perSecond((user) => user.request('POST', leave, {}));
      await client.end();
      console.log(`\nW8 ${PEOPLE.toLocaleString('en')} people join one room and leave it`);
      printLimit('joins', joinsPerSecond, `/s   ${ratio(joinsPerSecond, rowsPerSecond)} (group insert)`);
      printLimit('state on disk for each join', bytesEach, ' bytes');
      printLimit('leaves', leavesPerSecond, '/s');
      return { joinsPerSecond, leavesPerSecond, bytesEach, rowsPerSecond };
    }),
  );
};
