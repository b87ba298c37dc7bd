import type { JsonObject } from '@stafette/protocol';
import { startHomeserver, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SlidingBody, SlidingRequestBody } from './testing/sliding-bodies.ts';

const SIMPLIFIED = '/_matrix/client/unstable/org.matrix.simplified_msc3575/sync';
const V4 = '/_matrix/client/v4/sync';

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

const pathOf = (pos?: string, timeout = 0): string =>
  `${SIMPLIFIED}?${new URLSearchParams({ timeout: String(timeout), ...(pos === undefined ? {} : { pos }) }).toString()}`;

const slide = async (user: TestUser, body: SlidingRequestBody, pos?: string, timeout = 0): Promise<SlidingBody> =>
  homeserver.as(user).post<SlidingBody>(pathOf(pos, timeout), body);

const TOPIC: [string, string][] = [['m.room.topic', '']];
const list = (more: Partial<NonNullable<SlidingRequestBody['lists']>[string]> = {}): SlidingRequestBody => ({
  lists: { all: { ranges: [[0, 19]], timeline_limit: 2, required_state: TOPIC, ...more } },
});

async function sharedRoom(options: JsonObject = { preset: 'public_chat' }): Promise<string> {
  const roomId = await homeserver.as(anna).createRoom(options);
  await homeserver.as(bernd).join(roomId);
  return roomId;
}

const bodiesOf = (body: SlidingBody, roomId: string): unknown[] =>
  (body.rooms[roomId]?.timeline ?? []).map((event) => event.content['body']).filter((text) => text !== undefined);

describe('a position', () => {
  test('can be presented again while its answer may have been lost, and not once a later one was', async () => {
    const roomId = await sharedRoom();
    const first = await slide(bernd, list());
    await homeserver.as(anna).send(roomId, 'one');
    const second = await slide(bernd, list(), first.pos);
    expect(bodiesOf(second, roomId)).toEqual(['one']);
    expect(bodiesOf(await slide(bernd, list(), first.pos), roomId)).toEqual(['one']);
    // Either answer may be the one that arrived.
    expect((await slide(bernd, list(), second.pos)).rooms).toEqual({});
    expect(await homeserver.as(bernd).try('POST', pathOf(first.pos), list())).toMatchObject({
      status: 400,
      body: { errcode: 'M_UNKNOWN_POS' },
    });
  });

  test('of another user, another connection or nobody is refused', async () => {
    await sharedRoom();
    const { pos } = await slide(bernd, list());
    await slide(anna, list());
    const other = { ...list(), conn_id: 'other' };
    const attempts = [
      homeserver.as(anna).try('POST', pathOf(pos), list()),
      homeserver.as(bernd).try('POST', pathOf(pos), other),
      homeserver.as(bernd).try('POST', V4, { pos }),
      homeserver.as(bernd).try('POST', pathOf('p1_x.1~s1_1'), list()),
      homeserver.as(bernd).try('POST', pathOf('nonsense'), list()),
    ];
    for (const answer of await Promise.all(attempts))
      expect(answer).toMatchObject({ status: 400, body: { errcode: 'M_UNKNOWN_POS' } });
    expect((await slide(bernd, list(), pos)).rooms).toEqual({});
  });

  test('is a place in the history of a room', async () => {
    const roomId = await sharedRoom();
    await homeserver.as(anna).send(roomId, 'before');
    const { pos } = await slide(bernd, list());
    await homeserver.as(anna).send(roomId, 'after');
    const path = `/rooms/${encodeURIComponent(roomId)}/messages?dir=b&limit=1&from=${encodeURIComponent(pos)}`;
    expect(await homeserver.as(bernd).get(path)).toMatchObject({ chunk: [{ content: { body: 'before' } }] });
  });

  test('of a connection that is one too many for the device leads nowhere', async () => {
    const body = (index: number): SlidingRequestBody => ({ ...list(), conn_id: `connection-${index}` });
    const { pos } = await slide(bernd, body(0));
    const second = await slide(bernd, body(1));
    for (let index = 2; index < 21; index += 1) await slide(bernd, body(index));
    expect(await homeserver.as(bernd).try('POST', pathOf(pos), body(0))).toMatchObject({ status: 400 });
    expect((await slide(bernd, body(1), second.pos)).rooms).toEqual({});
  });
});

describe('what cannot be understood', () => {
  test.each<[string, object]>([
    ['a range that ends before it begins', list({ ranges: [[5, 2]] })],
    ['a range of one', { lists: { all: { ranges: [[5]], timeline_limit: 1 } } }],
    ['a negative index', { lists: { all: { ranges: [[-1, 2]], timeline_limit: 1 } } }],
    ['a list without a limit', { lists: { all: { ranges: [[0, 2]] } } }],
    ['a name with spaces', { lists: { 'a list': { ranges: [[0, 2]], timeline_limit: 1 } } }],
    ['a subscription to what is no room', { room_subscriptions: { room: { timeline_limit: 1 } } }],
    ['a state key that is a number', list({ required_state: [['m.room.topic', 1 as unknown as string]] })],
    ['a token for messages that is none', { extensions: { to_device: { enabled: true, since: 'x' } } }],
    [
      'too many lists',
      { lists: Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`l${index}`, { timeline_limit: 1 }])) },
    ],
    [
      'too many subscriptions',
      {
        room_subscriptions: Object.fromEntries(
          Array.from({ length: 101 }, (_, index) => [`!room${index}:test.example`, { timeline_limit: 1 }]),
        ),
      },
    ],
  ])('is refused: %s', async (_what, body) => {
    expect(await homeserver.as(bernd).try('POST', pathOf(), body)).toMatchObject({ status: 400 });
  });

  test('is refused without a session, and a room of others is silently none', async () => {
    expect(await homeserver.anonymous.try('POST', pathOf(), list())).toMatchObject({ status: 401 });
    const secret = await homeserver.as(anna).createRoom({ preset: 'private_chat', name: 'Secret' });
    const body = await slide(bernd, { room_subscriptions: { [secret]: { timeline_limit: 5, required_state: TOPIC } } });
    expect(body.rooms).toEqual({});
  });
});

describe('a room', () => {
  test('wakes a waiting client and is told from where it was left', async () => {
    const roomId = await sharedRoom();
    const { pos } = await slide(bernd, list());
    const waiting = slide(bernd, list(), pos, 20_000);
    await homeserver.as(anna).send(roomId, 'wake up');
    const body = await waiting;
    expect(body.rooms[roomId]).toMatchObject({ limited: false, num_live: 1, notification_count: 1 });
    expect(body.rooms[roomId]?.initial).toBeUndefined();
    expect(bodiesOf(body, roomId)).toEqual(['wake up']);
  });

  test('outside the window is told of when it comes back, with what happened meanwhile', async () => {
    const [first, second] = [await sharedRoom(), await sharedRoom()];
    const narrow = list({ ranges: [[0, 0]], timeline_limit: 1 });
    const start = await slide(bernd, list());
    const state = `/rooms/${encodeURIComponent(first)}/state/m.room.topic/`;
    await homeserver.as(anna).put(state, { topic: 'Haushalt' });
    await homeserver.as(anna).send(second, 'newer');
    const away = await slide(bernd, narrow, start.pos);
    expect(Object.keys(away.rooms)).toEqual([second]);
    const back = await slide(bernd, list({ timeline_limit: 1 }), away.pos);
    expect(back.rooms[first]?.initial).toBeUndefined();
    expect(back.rooms[first]?.required_state).toMatchObject([{ content: { topic: 'Haushalt' } }]);
  });

  test('that was left or lost is told once, whatever the window shows', async () => {
    const [left, lost, other] = [await sharedRoom(), await sharedRoom(), await sharedRoom()];
    const me = list({ required_state: [['m.room.member', '$ME']] });
    const { pos } = await slide(bernd, me);
    await homeserver.as(bernd).post(`/rooms/${encodeURIComponent(left)}/leave`);
    await homeserver.as(anna).post(`/rooms/${encodeURIComponent(lost)}/kick`, { user_id: bernd.userId });
    await homeserver.as(anna).send(lost, 'behind his back');
    await homeserver.as(anna).send(other, 'newest');
    const body = await slide(bernd, { ...me, lists: { all: { ...me.lists?.['all'], timeline_limit: 2 } } }, pos);
    for (const roomId of [left, lost]) {
      expect(body.rooms[roomId]).toMatchObject({
        membership: 'leave',
        required_state: [{ state_key: bernd.userId, content: { membership: 'leave' } }],
      });
    }
    expect(JSON.stringify(body)).not.toContain('behind his back');
    expect((await slide(bernd, me, body.pos)).rooms).toEqual({});
    // A new connection hears of the room that others put the user out of, and not of the one that he left.
    const fresh = await slide(bernd, { ...me, conn_id: 'new' });
    expect(Object.keys(fresh.rooms).toSorted()).toEqual([lost, other].toSorted());
    expect(JSON.stringify(fresh)).not.toContain('behind his back');
  });

  test('that the user has left is told up to then to who subscribes to it, until it is forgotten', async () => {
    const [roomId, forgotten] = [await sharedRoom(), await sharedRoom()];
    await homeserver.as(anna).send(roomId, 'before');
    for (const left of [roomId, forgotten]) await homeserver.as(bernd).post(`/rooms/${encodeURIComponent(left)}/leave`);
    await homeserver.as(bernd).post(`/rooms/${encodeURIComponent(forgotten)}/forget`);
    await homeserver.as(anna).send(roomId, 'after');
    const subscribed: SlidingRequestBody = {
      ...list(),
      room_subscriptions: Object.fromEntries(
        [roomId, forgotten].map((room) => [
          room,
          { timeline_limit: 2, required_state: [['m.room.member', '$ME']] as [string, string][] },
        ]),
      ),
    };
    const first = await slide(bernd, subscribed);
    expect(Object.keys(first.rooms)).toEqual([roomId]);
    expect(first.lists['all']?.count).toBe(0);
    expect(first.rooms[roomId]).toMatchObject({
      membership: 'leave',
      initial: true,
      required_state: [{ state_key: bernd.userId, content: { membership: 'leave' } }],
    });
    expect(bodiesOf(first, roomId)).toEqual(['before']);
    await homeserver.as(anna).send(roomId, 'later');
    expect((await slide(bernd, subscribed, first.pos)).rooms).toEqual({});
    // Nor is anything told of it to who only has lists.
    expect((await slide(bernd, { ...list(), conn_id: 'other' })).rooms).toEqual({});
    await homeserver.as(bernd).join(roomId);
    expect((await slide(bernd, subscribed, first.pos)).rooms[roomId]).toMatchObject({
      membership: 'join',
      initial: true,
    });
  });

  test('that the user is invited to or knocks at is stripped', async () => {
    const invited = await homeserver.as(anna).createRoom({ preset: 'private_chat', name: 'Kabinett' });
    const { pos } = await slide(bernd, list());
    await homeserver.as(anna).post(`/rooms/${encodeURIComponent(invited)}/invite`, { user_id: bernd.userId });
    await homeserver.as(anna).send(invited, 'not yet for him');
    const knocked = await homeserver.as(anna).createRoom({
      initial_state: [{ type: 'm.room.join_rules', state_key: '', content: { join_rule: 'knock' } }],
    });
    await homeserver.as(bernd).post(`/knock/${encodeURIComponent(knocked)}`);
    const body = await slide(bernd, list(), pos);
    expect(body.rooms[invited]).toMatchObject({ initial: true, membership: 'invite' });
    expect(Object.keys(body.rooms[invited] ?? {}).toSorted()).toEqual(
      ['bump_stamp', 'initial', 'invite_state', 'membership'].toSorted(),
    );
    expect(body.rooms[invited]?.invite_state).toContainEqual(
      expect.objectContaining({ type: 'm.room.name', content: { name: 'Kabinett' } }),
    );
    expect(body.rooms[knocked]?.invite_state?.at(-1)).toMatchObject({
      origin_server_ts: expect.any(Number),
      content: { membership: 'knock' },
    });
    await homeserver.as(bernd).join(invited);
    expect((await slide(bernd, list(), body.pos)).rooms[invited]).toMatchObject({ initial: true, membership: 'join' });
  });

  test('is told anew when more of it is asked for, and its read state when another device reads it', async () => {
    const roomId = await sharedRoom();
    for (const text of ['one', 'two', 'three']) await homeserver.as(anna).send(roomId, text);
    const start = await slide(bernd, list({ timeline_limit: 1, required_state: [] }));
    expect(bodiesOf(start, roomId)).toEqual(['three']);
    expect(start.rooms[roomId]?.required_state).toBeUndefined();
    const more = list({ timeline_limit: 2, required_state: [['m.room.create', '']] });
    const expanded = await slide(bernd, more, start.pos, 20_000);
    expect(expanded.rooms[roomId]).toMatchObject({ unstable_expanded_timeline: true, num_live: 0, limited: true });
    expect(bodiesOf(expanded, roomId)).toEqual(['two', 'three']);
    expect(expanded.rooms[roomId]?.required_state?.map((event) => event.type)).toEqual(['m.room.create']);
    const last = expanded.rooms[roomId]?.timeline?.at(-1)?.event_id ?? '';
    const waiting = slide(bernd, more, expanded.pos, 20_000);
    const receipt = `/rooms/${encodeURIComponent(roomId)}/receipt/m.read.private/${encodeURIComponent(last)}`;
    await homeserver.as(bernd).post(receipt, {});
    expect((await waiting).rooms[roomId]).toMatchObject({ notification_count: 0, highlight_count: 0 });
  });

  test('is in the lists whose filters it passes', async () => {
    const direct = await sharedRoom();
    const space = await homeserver.as(bernd).createRoom({ creation_content: { type: 'm.space' } });
    const inSpace = await sharedRoom();
    const child = `/rooms/${encodeURIComponent(space)}/state/m.space.child/${encodeURIComponent(inSpace)}`;
    await homeserver.as(bernd).put(child, { via: ['test.example'] });
    const setTag = `/user/${encodeURIComponent(bernd.userId)}/rooms/${encodeURIComponent(inSpace)}/tags/m.favourite`;
    await homeserver.as(bernd).put(setTag, {});
    const filtered = (filters: object) => ({ ranges: [[0, 9]] as [number, number][], timeline_limit: 0, filters });
    const body: SlidingRequestBody = {
      lists: {
        direct: filtered({ is_dm: true }),
        spaces: filtered({ room_types: ['m.space'] }),
        rooms: filtered({ not_room_types: ['m.space'] }),
        children: filtered({ spaces: [space] }),
        favourites: filtered({ tags: ['m.favourite'] }),
        encrypted: filtered({ is_encrypted: true }),
      },
    };
    const countsOf = ({ lists }: SlidingBody) =>
      Object.fromEntries(Object.entries(lists).map(([name, { count: rooms }]) => [name, rooms]));
    const start = await slide(bernd, body);
    expect(countsOf(start)).toEqual({ direct: 0, spaces: 1, rooms: 2, children: 1, favourites: 1, encrypted: 0 });
    const accountData = `/user/${encodeURIComponent(bernd.userId)}/account_data/m.direct`;
    await homeserver.as(bernd).put(accountData, { [anna.userId]: [direct] });
    const encryption = `/rooms/${encodeURIComponent(direct)}/state/m.room.encryption/`;
    await homeserver.as(anna).put(encryption, { algorithm: 'm.megolm.v1.aes-sha2' });
    const after = await slide(bernd, body, start.pos);
    expect(countsOf(after)).toEqual({ direct: 1, spaces: 1, rooms: 2, children: 1, favourites: 1, encrypted: 1 });
    expect(after.rooms[direct]?.is_dm).toBe(true);
  });
});

test('sliding sync as it was accepted says the same in other words', async () => {
  const roomId = await sharedRoom({ preset: 'public_chat', name: 'Runde' });
  const invited = await homeserver.as(anna).createRoom({ preset: 'private_chat', invite: [bernd.userId] });
  const config = {
    timeline_limit: 1,
    required_state: {
      include: [{ type: 'm.room.name' }, { state_key: bernd.userId }],
      exclude: [],
      lazy_members: true,
    },
  };
  const ask = async (body: object): Promise<SlidingBody & Record<string, unknown>> =>
    homeserver.as(bernd).post(V4, { lists: { all: config, first: { ...config, range: [0, 0] } }, ...body });
  const start = await ask({});
  expect(start.lists).toEqual({ all: { count: 2 }, first: { count: 2 } });
  expect(start.rooms[roomId]).toMatchObject({ initial: true, membership: 'join', name: 'Runde', lists: ['all'] });
  expect(start.rooms[roomId]).not.toHaveProperty('notification_count');
  expect(start.rooms[roomId]?.required_state?.map((event) => event.type).toSorted()).toEqual([
    'm.room.member',
    'm.room.name',
  ]);
  expect(start.rooms[invited]).toMatchObject({ membership: 'invite', lists: ['all', 'first'] });
  expect(start.rooms[invited]).toHaveProperty('stripped_state');
  await homeserver.as(anna).put(`/rooms/${encodeURIComponent(roomId)}/state/m.room.name/`, {});
  const unnamed = await ask({ pos: start.pos, timeout: 20_000 });
  expect(unnamed.rooms[roomId]).toMatchObject({ name: null, heroes: [{ user_id: anna.userId }] });
  await homeserver.as(bernd).post(`/rooms/${encodeURIComponent(invited)}/leave`);
  const left = await ask({ pos: unnamed.pos });
  expect(left.rooms[invited]).toMatchObject({
    membership: 'leave',
    stripped_state: [{ content: { membership: 'leave' } }],
  });
  expect(await homeserver.as(bernd).try('POST', V4, { set_presence: 'asleep' })).toMatchObject({
    status: 400,
    body: { errcode: 'M_INVALID_PARAM' },
  });
});
