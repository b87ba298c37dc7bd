import { closedLoop, type LoopResult } from '../load/closed-loop.ts';
import { inBatches } from '../load/in-batches.ts';
import { summarise } from '../load/latency.ts';
import type { MatrixUser } from '../load/matrix-user.ts';
import { getAt, SET_UP_WIDTH, withUsers } from '../load/users.ts';
import { TEXT } from './sends.ts';

/** Messages of each room. */
export const MESSAGES = 20;
const CONNECTIONS = 32;

const SLIDING_SYNC = '/_matrix/client/unstable/org.matrix.simplified_msc3575/sync?timeout=0';

export interface FirstSyncResult {
  /** Everything of the account, as a client asks that keeps all of it. */
  readonly initial: LoopResult & { readonly bytes: number };
  /** With lazy members and one event of each room. */
  readonly lazy: LoopResult & { readonly bytes: number };
  /** The answer after one message. */
  readonly incremental: LoopResult;
  /** Simplified sliding sync, a new connection each: the first twenty rooms, then all of them. */
  readonly slidingTop: LoopResult & { readonly bytes: number };
  readonly slidingAll: LoopResult & { readonly bytes: number };
}

export interface Scene {
  readonly account: MatrixUser;
  readonly other: MatrixUser;
  readonly roomIds: readonly string[];
}

/** An account in many rooms with many members; the scene of W7. */
export async function withManyRooms<T>(
  url: string,
  { rooms, members }: { readonly rooms: number; readonly members: number },
  work: (scene: Scene) => Promise<T>,
): Promise<T> {
  return withUsers(url, { prefix: 'w7-', count: members, connections: CONNECTIONS }, async (users) => {
    const [account, other] = [getAt(users, 0), getAt(users, 1)];
    const roomIds = await inBatches(Array.from({ length: rooms }), SET_UP_WIDTH, (_, index) =>
      account.createRoom({ preset: 'public_chat', name: `Room ${index}` }),
    );
    await inBatches(roomIds, 8, async (roomId) => {
      for (const user of users.slice(1)) await user.join(roomId);
      for (let count = 0; count < MESSAGES; count += 1) await other.send(roomId, TEXT);
    });
    return work({ account, other, roomIds });
  });
}

const slidingBody = (connectionId: string, last: number): object => ({
  conn_id: connectionId,
  lists: {
    all_rooms: {
      ranges: [[0, last]],
      timeline_limit: 1,
      required_state: [
        ['m.room.name', ''],
        ['m.room.encryption', ''],
        ['m.room.member', '$LAZY'],
        ['m.room.member', '$ME'],
        ['m.room.create', ''],
      ],
    },
  },
});

/** W7: first syncs, the answer after one message, and sliding sync of the same account. */
export async function syncFirst(
  { account, other, roomIds }: Scene,
  times: { readonly measureMs: number },
): Promise<FirstSyncResult> {
  const options = { callers: 1, warmUpMs: times.measureMs / 4, ...times };
  const measured = async (
    ask: (round: number) => Promise<string>,
  ): Promise<LoopResult & { readonly bytes: number }> => {
    let bytes = 0;
    const result = await closedLoop(options, async (_, round) => {
      bytes = Buffer.byteLength(await ask(round));
    });
    return { ...result, bytes };
  };
  const get = (query: string): Promise<string> => account.requestText('GET', `/_matrix/client/v3/sync?${query}`);
  const lazyFilter = encodeURIComponent(
    JSON.stringify({ room: { state: { lazy_load_members: true }, timeline: { limit: 1 } } }),
  );
  const initial = await measured(() => get('timeout=0'));
  const lazy = await measured(() => get(`timeout=0&filter=${lazyFilter}`));

  let since = String(
    (await account.request('GET', `/_matrix/client/v3/sync?timeout=0&filter=${lazyFilter}`))['next_batch'],
  );
  const latencies: number[] = [];
  const incremental = await closedLoop(options, async (_, round) => {
    const roomId = getAt(roomIds, round);
    await other.send(roomId, TEXT);
    const began = performance.now();
    const path = `/_matrix/client/v3/sync?timeout=0&filter=${lazyFilter}&since=${encodeURIComponent(since)}`;
    const answer = await account.request('GET', path);
    latencies.push(performance.now() - began);
    since = String(answer['next_batch']);
    if (!JSON.stringify(answer).includes(roomId)) throw new Error('the message is not in the answer');
  });
  const slide =
    (last: number): ((round: number) => Promise<string>) =>
    (round) =>
      account.requestText('POST', SLIDING_SYNC, slidingBody(`bench-${last}-${round}`, last));
  return {
    initial,
    lazy,
    incremental: { ...incremental, latency: summarise(latencies) },
    slidingTop: await measured(slide(19)),
    slidingAll: await measured(slide(roomIds.length - 1)),
  };
}
