import { closedLoop, type LoopResult } from '../load/closed-loop.ts';
import { inBatches } from '../load/in-batches.ts';
import { getAt, SET_UP_WIDTH, withUsers } from '../load/users.ts';

/** About a hundred characters, as people write. */
export const TEXT =
  'Der Entwurf liegt jetzt im Ordner der Arbeitsgruppe, bitte bis Donnerstag durchsehen und freigeben.';
export const SENDERS = 128;
const ROOMS = 1000;

export interface SendOptions {
  readonly url: string;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** W1: one person, one room, one message after the other. */
export async function sendSequentially({ url, warmUpMs, measureMs }: SendOptions): Promise<LoopResult> {
  return withUsers(url, { prefix: 'w1-', count: 1, connections: SENDERS }, async (users) => {
    const user = getAt(users, 0);
    const roomId = await user.createRoom({ preset: 'private_chat' });
    return closedLoop({ callers: 1, warmUpMs, measureMs }, () => user.send(roomId, TEXT));
  });
}

/** W2: 128 people over 1,000 rooms. */
export async function sendOverManyRooms({ url, warmUpMs, measureMs }: SendOptions): Promise<LoopResult> {
  return withUsers(url, { prefix: 'w2-', count: SENDERS, connections: SENDERS }, async (users) => {
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
  return withUsers(url, { prefix: 'w3-', count: SENDERS, connections: SENDERS }, async (users) => {
    const roomId = await getAt(users, 0).createRoom({ preset: 'public_chat' });
    await inBatches(users.slice(1), SET_UP_WIDTH, (user) => user.join(roomId));
    return closedLoop({ callers: SENDERS, warmUpMs, measureMs }, (caller) => getAt(users, caller).send(roomId, TEXT));
  });
}
