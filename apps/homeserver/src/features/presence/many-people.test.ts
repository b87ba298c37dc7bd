import type { DeviceId, JsonObject, UserId } from '@stafette/protocol';
import { createTestDatabase, type TestDatabase } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addAccounts, openWorld, userNamed, type SyncWorld } from '../sync/testing/sync-world.ts';

const PEOPLE = 2_000;
const ROUNDS = 5;
/** Events in one append. */
const CHUNK = 250;
// Opaque text, of any form.
const PHONE = 'PHONE' as DeviceId;

const anna = userNamed('anna');
const others = Array.from({ length: PEOPLE }, (_unused, index) => userNamed(`person${index}`));
let database: TestDatabase;
let world: SyncWorld;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
  await addAccounts(database, [anna, ...others]);
  const roomId = await world.createRoom(anna);
  for (let index = 0; index < PEOPLE; index += CHUNK) {
    const joins = others.slice(index, index + CHUNK).map((userId) => ({
      type: 'm.room.member',
      stateKey: userId,
      sender: userId,
      content: { membership: 'join' },
    }));
    await world.roomEvents.append(roomId, joins);
  }
}, 60_000);
afterAll(async () => {
  await world.presence.stop();
  await world.unread.flush();
  await database.drop();
});

const lastMessage = (index: number): string => `person ${index}, round ${ROUNDS - 1}`;

/** Everybody changes at once, several times over. */
async function changeAll(): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    await Promise.all(
      others.map(async (userId, index) => {
        world.presence.connect(userId, PHONE, 'online');
        const appearance = { state: 'unavailable', statusMsg: `person ${index}, round ${round}` } as const;
        await world.presence.set({ userId, deviceId: PHONE }, appearance);
      }),
    );
  }
}

test('one who shares a room with two thousand people hears how each appears in the end, in few answers', async () => {
  const first = await world.ask(anna);
  const writes: number[] = [];
  world.presence.onChanged(({ people }) => writes.push(people.size));
  const heard = new Map<string, JsonObject>();
  let answers = 0;
  let since = first.next_batch;
  const isComplete = (): boolean =>
    others.every((userId, index) => heard.get(userId)?.['status_msg'] === lastMessage(index));
  const listen = async (): Promise<void> => {
    while (!isComplete()) {
      const body = await world.ask(anna, { since, timeoutMs: 20_000 });
      since = body.next_batch;
      answers += 1;
      for (const { sender, content } of body.presence?.events ?? []) heard.set(sender, content);
    }
  };
  await Promise.all([listen(), changeAll()]);
  // One for each round at most, and 20,000 changes were written by as many statements.
  expect(answers).toBeLessThanOrEqual(2 * ROUNDS);
  expect(writes).toHaveLength(ROUNDS);
  // What is kept is how everybody appears and not how they came to: an old token is answered with each of them once.
  const late = await world.ask(anna, { since: first.next_batch });
  expect(late.presence?.events.map(({ sender }) => sender as UserId).sort()).toEqual([...others].sort());
  expect((await world.ask(anna, { since: late.next_batch })).presence).toBeUndefined();
}, 60_000);
