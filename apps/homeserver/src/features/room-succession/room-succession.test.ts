import { startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

let homeserver: TestHomeserver;
let [anna, bernd]: TestUser[] = [];
let count = 0;
beforeAll(async () => {
  homeserver = await startHomeserver();
});
afterAll(async () => homeserver.stop());
beforeEach(async () => {
  count += 1;
  [anna, bernd] = [await homeserver.register(`anna${count}`), await homeserver.register(`bernd${count}`)];
});

const set = (user: TestUser | undefined): TestUser => user ?? expect.unreachable();
const as = (user: TestUser | undefined): TestClient => homeserver.as(set(user));
const own = (user: TestUser | undefined, rest: string): string =>
  `/user/${encodeURIComponent(set(user).userId)}${rest}`;
const tagsPath = (user: TestUser | undefined, roomId: string): string =>
  own(user, `/rooms/${encodeURIComponent(roomId)}/tags`);
const tags = { 'm.favourite': { order: 0.5 } };
const rulePath = (kind: string, roomId: string): string => `/pushrules/global/${kind}/${encodeURIComponent(roomId)}`;

async function prefer(user: TestUser | undefined, roomId: string): Promise<void> {
  const conditions = [{ kind: 'event_match', key: 'room_id', pattern: roomId }];
  await as(user).put(rulePath('override', roomId), { actions: [], conditions });
  await as(user).put(rulePath('room', roomId), { actions: ['notify'] });
  await as(user).put(`${rulePath('room', roomId)}/enabled`, { enabled: false });
  await as(user).put(`${tagsPath(user, roomId)}/m.favourite`, tags['m.favourite']);
  await as(user).put(own(user, '/account_data/m.direct'), { '@x:test.example': [roomId], '@y:test.example': ['!z'] });
}

/** Follows a user's news until something holds. */
async function until(user: TestUser | undefined, holds: () => Promise<boolean>): Promise<void> {
  let { next_batch: since } = await as(user).sync<{ next_batch: string }>();
  while (!(await holds())) ({ next_batch: since } = await as(user).sync<{ next_batch: string }>(since, 10_000));
}

/** The last of the settings that are moved. */
const hasMoved = async (user: TestUser | undefined, roomId: string): Promise<boolean> =>
  JSON.stringify(await as(user).get(own(user, '/account_data/m.direct'))).includes(roomId);

async function expectPreferences(user: TestUser | undefined, old: string, successor: string): Promise<void> {
  expect(await as(user).get(rulePath('override', successor))).toMatchObject({
    actions: [],
    conditions: [{ kind: 'event_match', key: 'room_id', pattern: successor }],
  });
  expect(await as(user).get(rulePath('room', successor))).toMatchObject({ actions: ['notify'], enabled: false });
  expect(await as(user).get(tagsPath(user, successor))).toEqual({ tags });
  expect(await as(user).get(own(user, '/account_data/m.direct'))).toEqual({
    '@x:test.example': [old, successor],
    '@y:test.example': ['!z'],
  });
}

async function sharedRoom(): Promise<string> {
  const roomId = await as(anna).createRoom({ preset: 'public_chat', room_version: '11' });
  await as(bernd).join(roomId);
  return roomId;
}

test('what people set for a room holds in its successor, for each when they come in', async () => {
  const old = await sharedRoom();
  for (const user of [anna, bernd]) await prefer(user, old);
  const path = `/rooms/${encodeURIComponent(old)}/upgrade`;
  const { replacement_room: successor } = await as(anna).post<{ replacement_room: string }>(path, {
    new_version: '12',
  });
  await until(anna, async () => hasMoved(anna, successor));
  await expectPreferences(anna, old, successor);
  expect(await hasMoved(bernd, successor)).toBe(false);
  await as(bernd).join(successor);
  await until(bernd, async () => hasMoved(bernd, successor));
  await expectPreferences(bernd, old, successor);
});

test('a room that names its successor later counts from then on, and what was set for that one stays', async () => {
  const old = await sharedRoom();
  await prefer(anna, old);
  const predecessor = { room_id: old };
  const successor = await as(anna).createRoom({ preset: 'public_chat', creation_content: { predecessor } });
  await as(anna).put(`${tagsPath(anna, successor)}/m.lowpriority`, {});
  await as(anna).put(rulePath('room', successor), { actions: [] });
  const tombstone = { body: 'Over there', replacement_room: successor };
  await as(anna).put(`/rooms/${encodeURIComponent(old)}/state/m.room.tombstone`, tombstone);
  await until(anna, async () => hasMoved(anna, successor));
  expect(await as(anna).get(tagsPath(anna, successor))).toEqual({ tags: { 'm.lowpriority': {} } });
  expect(await as(anna).get(rulePath('room', successor))).toMatchObject({ actions: [], enabled: true });
});

test('a room that only says that it replaces another gets nothing', async () => {
  const old = await sharedRoom();
  await prefer(bernd, old);
  const predecessor = { room_id: old };
  const pretender = await as(anna).createRoom({ preset: 'public_chat', creation_content: { predecessor } });
  await as(bernd).join(pretender);
  // Jobs are taken in their order: when the next is done, so is this one.
  const path = `/rooms/${encodeURIComponent(old)}/upgrade`;
  const { replacement_room: successor } = await as(anna).post<{ replacement_room: string }>(path, {
    new_version: '12',
  });
  await as(bernd).join(successor);
  await until(bernd, async () => hasMoved(bernd, successor));
  expect(await as(bernd).get(tagsPath(bernd, pretender))).toEqual({ tags: {} });
  expect((await as(bernd).try('GET', rulePath('room', pretender))).status).toBe(404);
  expect(await hasMoved(bernd, pretender)).toBe(false);
});
