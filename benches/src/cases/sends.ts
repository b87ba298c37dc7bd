import { Pool } from 'undici';
import { closedLoop, type LoopResult } from '../load/closed-loop.ts';
import { inBatches } from '../load/in-batches.ts';
import { MatrixUser } from '../load/matrix-user.ts';

/** About a hundred characters, as people write. */
export const TEXT =
  'Der Entwurf liegt jetzt im Ordner der Arbeitsgruppe, bitte bis Donnerstag durchsehen und freigeben.';
export const SENDERS = 128;
const ROOMS = 1000;
const SET_UP_WIDTH = 32;

export interface SendOptions {
  readonly url: string;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

const poolFor = (url: string): Pool => new Pool(url, { connections: SENDERS, pipelining: 1 });

async function withUsers<T>(
  url: string,
  prefix: string,
  count: number,
  work: (users: readonly MatrixUser[]) => Promise<T>,
): Promise<T> {
  const pool = poolFor(url);
  try {
    const names = Array.from({ length: count }, (_, index) => `${prefix}${index}`);
    return await work(await inBatches(names, SET_UP_WIDTH, (name) => MatrixUser.register(pool, name)));
  } finally {
    await pool.close();
  }
}

/** The user who takes a caller's turn; a set-up that lost one is broken. */
function getAt<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('there are no users or rooms to send with');
  return item;
}

/** W1: one person, one room, one message after the other. */
export async function sendSequentially({ url, warmUpMs, measureMs }: SendOptions): Promise<LoopResult> {
  return withUsers(url, 'w1-', 1, async (users) => {
    const user = getAt(users, 0);
    const roomId = await user.createRoom({ preset: 'private_chat' });
    return closedLoop({ callers: 1, warmUpMs, measureMs }, () => user.send(roomId, TEXT));
  });
}

/** W2: 128 people over 1,000 rooms. */
export async function sendOverManyRooms({ url, warmUpMs, measureMs }: SendOptions): Promise<LoopResult> {
  return withUsers(url, 'w2-', SENDERS, async (users) => {
    const rooms = await inBatches(
      Array.from({ length: ROOMS }, (_, index) => index),
      SET_UP_WIDTH,
      (index) => getAt(users, index).createRoom({ preset: 'private_chat' }),
    );
    const ownRooms = users.map((_, user) => rooms.filter((_room, index) => index % users.length === user));
    return closedLoop({ callers: SENDERS, warmUpMs, measureMs }, (caller, round) =>
      getAt(users, caller).send(getAt(getAt(ownRooms, caller), round), TEXT),
    );
  });
}

/** W3: 128 people in one room. */
export async function sendIntoOneRoom({ url, warmUpMs, measureMs }: SendOptions): Promise<LoopResult> {
  return withUsers(url, 'w3-', SENDERS, async (users) => {
    const roomId = await getAt(users, 0).createRoom({ preset: 'public_chat' });
    await inBatches(users.slice(1), SET_UP_WIDTH, (user) => user.join(roomId));
    return closedLoop({ callers: SENDERS, warmUpMs, measureMs }, (caller) => getAt(users, caller).send(roomId, TEXT));
  });
}
