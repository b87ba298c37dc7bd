import { startHomeserver, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RoomBody, SyncBody } from './testing/sync-world.ts';

let homeserver: TestHomeserver;
let anna: TestUser;
let bernd: TestUser;
let count = 0;

beforeAll(async () => {
  homeserver = await startHomeserver();
});
afterAll(async () => homeserver.stop());
beforeEach(async () => {
  count += 1;
  [anna, bernd] = [await homeserver.register(`anna${count}`), await homeserver.register(`bernd${count}`)];
});

const sync = async (user: TestUser, query: Readonly<Record<string, string>> = {}): Promise<SyncBody> =>
  homeserver.as(user).get<SyncBody>(`/sync?${new URLSearchParams(query).toString()}`);

async function sharedRoom(): Promise<string> {
  const roomId = await homeserver.as(anna).createRoom({ preset: 'public_chat' });
  await homeserver.as(bernd).join(roomId);
  return roomId;
}

const roomOf = (body: SyncBody, roomId: string): RoomBody =>
  body.rooms?.join?.[roomId] ?? expect.unreachable('the room is not in the answer');

test('a message wakes a waiting client; only the device that sent it is told its transaction', async () => {
  const roomId = await sharedRoom();
  const [annas, bernds] = [await sync(anna), await sync(bernd)];
  const waiting = sync(bernd, { since: bernds.next_batch, timeout: '20000' });
  const path = `/rooms/${encodeURIComponent(roomId)}/send/m.room.message/txn1`;
  const { event_id: eventId } = await homeserver
    .as(anna)
    .put<{ event_id: string }>(path, { msgtype: 'm.text', body: 'Guten Tag' });
  const seen = roomOf(await waiting, roomId).timeline.events;
  expect(seen).toMatchObject([{ event_id: eventId, content: { body: 'Guten Tag' }, unsigned: { membership: 'join' } }]);
  expect(seen[0]?.unsigned?.['transaction_id']).toBeUndefined();
  const own = roomOf(await sync(anna, { since: annas.next_batch }), roomId).timeline.events;
  expect(own[0]?.unsigned?.['transaction_id']).toBe('txn1');
});

test('the token of a limited timeline reads on in the history', async () => {
  const roomId = await sharedRoom();
  for (const text of ['one', 'two', 'three']) await homeserver.as(anna).send(roomId, text);
  const filter = JSON.stringify({ room: { timeline: { limit: 1 } } });
  const body = await sync(bernd, { filter });
  const { timeline } = roomOf(body, roomId);
  expect(timeline).toMatchObject({ limited: true, events: [{ content: { body: 'three' } }] });
  const path = (from: string) => `/rooms/${encodeURIComponent(roomId)}/messages?dir=b&limit=1&from=${from}`;
  expect(await homeserver.as(bernd).get(path(timeline.prev_batch))).toMatchObject({
    chunk: [{ content: { body: 'two' } }],
  });
  expect(await homeserver.as(bernd).get(path(body.next_batch))).toMatchObject({
    chunk: [{ content: { body: 'three' } }],
  });
});

test('a token or filter that is none is refused', async () => {
  for (const query of ['since=s2_1', 'since=x', 'filter={', 'filter=[]', 'timeout=-1', 'timeout=x']) {
    expect(await homeserver.as(anna).try('GET', `/sync?${query}`)).toMatchObject({
      status: query.startsWith('filter=[') ? 404 : 400,
    });
  }
  expect(await homeserver.anonymous.try('GET', '/sync')).toMatchObject({
    status: 401,
    body: { errcode: 'M_MISSING_TOKEN' },
  });
});

test('a stored filter is found by its id', async () => {
  const roomId = await sharedRoom();
  const { filter_id: filter } = await homeserver
    .as(bernd)
    .post<{ filter_id: string }>(`/user/${encodeURIComponent(bernd.userId)}/filter`, {
      room: { timeline: { types: ['m.room.message'] } },
    });
  await homeserver.as(anna).send(roomId, 'only this');
  expect(roomOf(await sync(bernd, { filter }), roomId).timeline.events.map((event) => event.type)).toEqual([
    'm.room.message',
  ]);
});

test('a long poll ends with an error when its device is signed out', async () => {
  await sharedRoom();
  const { next_batch: since } = await sync(bernd);
  const waiting = homeserver.as(bernd).try('GET', `/sync?since=${since}&timeout=20000`);
  await homeserver.as(bernd).post('/logout');
  expect(await waiting).toMatchObject({ status: 401, body: { errcode: 'M_UNKNOWN_TOKEN' } });
});

test('receipts and typing reach the others, a private receipt does not', async () => {
  const roomId = await sharedRoom();
  const eventId = await homeserver.as(anna).send(roomId, 'read me');
  const room = `/rooms/${encodeURIComponent(roomId)}`;
  const event = encodeURIComponent(eventId);
  const { next_batch: since } = await sync(anna);
  const news = sync(anna, { since, timeout: '20000' });
  await homeserver
    .as(bernd)
    .put(`${room}/typing/${encodeURIComponent(bernd.userId)}`, { typing: true, timeout: 30_000 });
  const typing = await news;
  expect(roomOf(typing, roomId).ephemeral.events).toEqual([
    { type: 'm.typing', content: { user_ids: [bernd.userId] } },
  ]);
  await homeserver.as(bernd).post(`${room}/receipt/m.read.private/${event}`);
  expect((await sync(anna, { since: typing.next_batch })).rooms).toBeUndefined();
  await homeserver.as(bernd).post(`${room}/read_markers`, { 'm.fully_read': eventId, 'm.read': eventId });
  const read = roomOf(await sync(anna, { since: typing.next_batch }), roomId).ephemeral.events;
  expect(read).toEqual([
    { type: 'm.receipt', content: { [eventId]: { 'm.read': { [bernd.userId]: { ts: homeserver.clock.nowMs() } } } } },
  ]);
  const own = roomOf(await sync(bernd), roomId);
  expect(own.account_data.events).toEqual([{ type: 'm.fully_read', content: { event_id: eventId } }]);
  expect(own.unread_notifications).toEqual({ notification_count: 0, highlight_count: 0 });
});

test.each([
  ['m.read', '', 400],
  ['m.read', 7, 400],
  ['m.read', '$elsewhere', 400],
  ['m.fully_read', 'main', 400],
  ['m.unknown', undefined, 400],
  ['m.read', 'main', 200],
  ['m.read', undefined, 200],
])('a receipt %s in the thread %j answers %i', async (type, threadId, status) => {
  const roomId = await sharedRoom();
  const eventId = await homeserver.as(anna).send(roomId, 'read me');
  const path = `/rooms/${encodeURIComponent(roomId)}/receipt/${type}/${encodeURIComponent(eventId)}`;
  expect(
    await homeserver.as(bernd).try('POST', path, threadId === undefined ? {} : { thread_id: threadId }),
  ).toMatchObject({ status });
});

test('a receipt in a thread may stand at any event that is related to it', async () => {
  const roomId = await sharedRoom();
  const room = `/rooms/${encodeURIComponent(roomId)}`;
  const send = async (relType: string, to: string): Promise<string> => {
    const content = { msgtype: 'm.text', body: 'related', 'm.relates_to': { rel_type: relType, event_id: to } };
    const path = `${room}/send/m.room.message/${crypto.randomUUID()}`;
    return (await homeserver.as(anna).put<{ event_id: string }>(path, content)).event_id;
  };
  const root = await homeserver.as(anna).send(roomId, 'the root');
  const reply = await send('m.thread', root);
  const reference = await send('m.reference', root);
  const reaction = await send('m.annotation', reference);
  const edit = await send('m.replace', reply);
  const statusOf = async ([eventId, threadId]: readonly [string, string]): Promise<number> => {
    const path = `${room}/receipt/m.read/${encodeURIComponent(eventId)}`;
    return (await homeserver.as(bernd).try('POST', path, { thread_id: threadId })).status;
  };
  const related = [
    [root, root],
    [root, 'main'],
    [reply, root],
    [edit, root],
    [reference, root],
    [reaction, root],
    [reaction, 'main'],
  ] as const;
  expect(await Promise.all(related.map(statusOf))).toEqual(related.map(() => 200));
  const unrelated = [
    [reply, 'main'],
    [edit, 'main'],
    [reply, reference],
    [reaction, reply],
  ] as const;
  expect(await Promise.all(unrelated.map(statusOf))).toEqual(unrelated.map(() => 400));
  const other = await homeserver.as(anna).send(roomId, 'something else');
  expect(await statusOf([other, root])).toBe(400);
});

test('who is not in a room neither types nor reads there', async () => {
  const roomId = await homeserver.as(anna).createRoom({ preset: 'private_chat' });
  const eventId = await homeserver.as(anna).send(roomId, 'secret');
  const room = `/rooms/${encodeURIComponent(roomId)}`;
  const typing = (user: TestUser) =>
    homeserver.as(user).try('PUT', `${room}/typing/${encodeURIComponent(user.userId)}`, { typing: true });
  const reading = (user: TestUser) =>
    homeserver.as(user).try('POST', `${room}/receipt/m.read/${encodeURIComponent(eventId)}`, {});
  expect([await typing(bernd), await reading(bernd)]).toMatchObject([{ status: 403 }, { status: 403 }]);
  expect([await typing(anna), await reading(anna)]).toMatchObject([{ status: 200 }, { status: 200 }]);
  const forAnother = `${room}/typing/${encodeURIComponent(bernd.userId)}`;
  expect(await homeserver.as(anna).try('PUT', forAnother, { typing: true })).toMatchObject({ status: 403 });
});

test('somebody is told how they got out of a room of which they saw nothing', async () => {
  const roomId = await homeserver.as(anna).createRoom();
  for (const ending of [
    async () => homeserver.as(bernd).post(`/rooms/${encodeURIComponent(roomId)}/leave`),
    async () => homeserver.as(anna).post(`/rooms/${encodeURIComponent(roomId)}/kick`, { user_id: bernd.userId }),
    async () => homeserver.as(anna).post(`/rooms/${encodeURIComponent(roomId)}/ban`, { user_id: bernd.userId }),
  ]) {
    await homeserver.as(anna).invite(roomId, bernd.userId);
    const { next_batch: since } = await sync(bernd);
    await homeserver.as(anna).send(roomId, 'not for Bernd');
    await ending();
    const left = (await sync(bernd, { since })).rooms?.leave?.[roomId];
    expect(left?.timeline.events).toMatchObject([{ type: 'm.room.member', state_key: bernd.userId }]);
    expect(left?.state?.events).toEqual([]);
  }
});

test('a device hears that a room was left before it was forgotten, once', async () => {
  const roomId = await sharedRoom();
  const { next_batch: since } = await sync(bernd);
  await homeserver.as(bernd).post(`/rooms/${encodeURIComponent(roomId)}/leave`);
  await homeserver.as(bernd).post(`/rooms/${encodeURIComponent(roomId)}/forget`);
  const body = await sync(bernd, { since });
  expect(body.rooms?.leave?.[roomId]?.timeline.events).toMatchObject([{ content: { membership: 'leave' } }]);
  const filter = JSON.stringify({ room: { include_leave: true } });
  for (const query of [{ since: body.next_batch, full_state: 'true' }, {}])
    expect((await sync(bernd, { ...query, filter })).rooms).toBeUndefined();
});

test('who comes into a room is told that there may be more of it', async () => {
  const { next_batch: since } = await sync(bernd);
  const roomId = await sharedRoom();
  const { timeline } = roomOf(await sync(bernd, { since }), roomId);
  expect(timeline).toMatchObject({ limited: true });
  expect(timeline.events[0]).toMatchObject({ type: 'm.room.create' });
  expect(roomOf(await sync(bernd), roomId).timeline).toMatchObject({ limited: false });
});

test('an invitation that was rejected between two requests is told to who asks for everything', async () => {
  const { next_batch: since } = await sync(bernd);
  const roomId = await homeserver.as(anna).createRoom();
  await homeserver.as(anna).invite(roomId, bernd.userId);
  await homeserver.as(bernd).post(`/rooms/${encodeURIComponent(roomId)}/leave`);
  expect((await sync(bernd, { since })).rooms).toBeUndefined();
  const told = (await sync(bernd, { since, full_state: 'true' })).rooms?.leave?.[roomId];
  expect(told?.timeline.events).toMatchObject([{ content: { membership: 'leave' } }]);
});
