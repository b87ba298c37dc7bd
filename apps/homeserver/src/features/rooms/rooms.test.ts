import { startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let server: TestHomeserver;
let anna: TestUser;
let bernd: TestUser;
let asAnna: TestClient;
let asBernd: TestClient;
beforeAll(async () => {
  server = await startHomeserver();
  [anna, bernd] = [await server.register('anna'), await server.register('bernd')];
  [asAnna, asBernd] = [server.as(anna), server.as(bernd)];
});
afterAll(async () => server.stop());

const room = (roomId: string, rest: string): string => `/rooms/${encodeURIComponent(roomId)}${rest}`;
const content = async (roomId: string, type: string, stateKey = '') =>
  asAnna.get(room(roomId, `/state/${type}/${encodeURIComponent(stateKey)}`));

describe('a new room', () => {
  test('is private, of version 12 and has what was asked for', async () => {
    const roomId = await asAnna.createRoom({
      name: 'Bauamt',
      topic: 'Brücken',
      invite: [bernd.userId],
      is_direct: true,
    });
    expect(roomId).toMatch(/^![A-Za-z0-9_-]{43}$/);
    expect(await content(roomId, 'm.room.create')).toEqual({ room_version: '12' });
    expect(await content(roomId, 'm.room.join_rules')).toEqual({ join_rule: 'invite' });
    expect(await content(roomId, 'm.room.name')).toEqual({ name: 'Bauamt' });
    expect(await content(roomId, 'm.room.topic')).toMatchObject({ topic: 'Brücken' });
    expect(await content(roomId, 'm.room.member', bernd.userId)).toMatchObject({
      membership: 'invite',
      is_direct: true,
    });
    expect(await content(roomId, 'm.room.power_levels')).toMatchObject({
      users: {},
      events: { 'm.room.tombstone': 150 },
    });
    expect((await asBernd.try('GET', room(roomId, '/state'))).status).toBe(403);
    await asBernd.join(roomId);
    expect((await asBernd.try('GET', room(roomId, '/state'))).status).toBe(200);
  });

  test.each(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12'])(
    'can be of version %s',
    async (version) => {
      const roomId = await asAnna.createRoom({ room_version: version, preset: 'public_chat' });
      await asBernd.join(roomId);
      await asBernd.send(roomId, 'hello');
      expect(await content(roomId, 'm.room.create')).toMatchObject({ room_version: version });
    },
  );

  test('of an unknown version is refused', async () => {
    const answer = await asAnna.try('POST', '/createRoom', { room_version: '99' });
    expect(answer).toMatchObject({ status: 400, body: { errcode: 'M_UNSUPPORTED_ROOM_VERSION' } });
  });

  test('cannot list its creator among the levels of version 12', async () => {
    const override = (users: Record<string, number>) =>
      asAnna.try('POST', '/createRoom', { power_level_content_override: { users } });
    expect(await override({ [anna.userId]: 100 })).toMatchObject({
      status: 400,
      body: { errcode: 'M_INVALID_ROOM_STATE' },
    });
    expect((await override({ [bernd.userId]: 100 })).status).toBe(200);
  });
});

describe('the end of a room of version 12', () => {
  test.each([
    [{ events: { 'example.sketch': 0 } }, 150],
    [{ state_default: 150 }, 200],
    [{ events: { 'm.room.tombstone': 50 } }, 150],
    [{ events: { 'm.room.tombstone': 60 } }, 60],
  ])('takes more than its state does, also where levels are %j', async (override, expected) => {
    const roomId = await asAnna.createRoom({ power_level_content_override: override });
    expect(await content(roomId, 'm.room.power_levels')).toMatchObject({ events: { 'm.room.tombstone': expected } });
  });
});

describe('an alias', () => {
  test('leads to its room, once, until it is removed', async () => {
    const roomId = await asAnna.createRoom({ room_alias_name: 'bauamt', preset: 'public_chat' });
    const path = `/directory/room/${encodeURIComponent('#bauamt:test.example')}`;
    expect(await server.anonymous.get(path)).toEqual({ room_id: roomId, servers: ['test.example'] });
    expect(await asBernd.join('#bauamt:test.example')).toBe(roomId);
    expect(await asAnna.try('POST', '/createRoom', { room_alias_name: 'bauamt' })).toMatchObject({
      status: 400,
      body: { errcode: 'M_ROOM_IN_USE' },
    });
    expect((await asBernd.try('PUT', path, { room_id: roomId })).status).toBe(409);
    expect((await asBernd.try('DELETE', path)).status).toBe(403);
    await asAnna.delete(path);
    expect((await server.anonymous.try('GET', path)).status).toBe(404);
    expect(await content(roomId, 'm.room.canonical_alias')).toEqual({});
  });

  test('of a closed room is to strangers as if it did not exist', async () => {
    const roomId = await asAnna.createRoom({ room_alias_name: 'secret' });
    const answers = async (client: TestClient, alias: string) => {
      const path = `/directory/room/${encodeURIComponent(alias)}`;
      const all = [
        await client.try('GET', path),
        await client.try('DELETE', path),
        await client.try('POST', `/join/${encodeURIComponent(alias)}`),
      ];
      return all.map(({ status, body }) => ({ status, body }));
    };
    expect(await answers(asBernd, '#secret:test.example')).toEqual(await answers(asBernd, '#nothing:test.example'));
    await asAnna.invite(roomId, bernd.userId);
    expect(await asBernd.join('#secret:test.example')).toBe(roomId);
  });

  test('can be the main one only of the room it leads to', async () => {
    const [roomId, otherId] = [await asAnna.createRoom({ room_alias_name: 'one' }), await asAnna.createRoom()];
    const set = (id: string, alias: string | null) =>
      asAnna.try('PUT', room(id, '/state/m.room.canonical_alias'), { alias });
    expect(await set(otherId, '#one:test.example')).toMatchObject({ status: 400, body: { errcode: 'M_BAD_ALIAS' } });
    expect(await set(otherId, 'nonsense')).toMatchObject({ status: 400, body: { errcode: 'M_INVALID_PARAM' } });
    for (const alias of ['#one:test.example', '', null]) expect((await set(roomId, alias)).status).toBe(200);
  });
});

describe('the directory', () => {
  test('lists published rooms, the larger first, by pages and by name', async () => {
    const small = await asAnna.createRoom({ visibility: 'public', name: 'Straßenbau' });
    const large = await asAnna.createRoom({ visibility: 'public', name: 'Brückenbau' });
    await asBernd.join(large);
    const ids = (page: { chunk: { room_id: string }[] }) => page.chunk.map((entry) => entry.room_id);
    const all = await asBernd.get<{ chunk: { room_id: string }[] }>('/publicRooms');
    expect(ids(all)).toEqual([large, small]);
    const first = await asBernd.get<{ chunk: { room_id: string }[]; next_batch: string }>('/publicRooms?limit=1');
    expect(ids(first)).toEqual([large]);
    expect(ids(await asBernd.get(`/publicRooms?limit=1&since=${first.next_batch}`))).toEqual([small]);
    expect(ids(await server.anonymous.get(`/publicRooms?limit=1`))).toEqual([large]);
    expect(ids(await asBernd.post('/publicRooms', { limit: 1, since: null }))).toEqual([large]);
    expect(ids(await asBernd.post('/publicRooms', { filter: { generic_search_term: 'straße' } }))).toEqual([small]);
    const path = `/directory/list/room/${encodeURIComponent(small)}`;
    expect((await asBernd.try('PUT', path, { visibility: 'private' })).status).toBe(403);
    await asAnna.put(path, { visibility: 'private' });
    expect(ids(await asBernd.get('/publicRooms'))).toEqual([large]);
  });
});

describe('pages of the directory', () => {
  interface Page {
    readonly chunk: { room_id: string; room_type?: string }[];
    readonly next_batch?: string;
    readonly prev_batch?: string;
    readonly total_room_count_estimate: number;
  }
  const ids = (page: Page): string[] => page.chunk.map((entry) => entry.room_id);

  test('lead on and back, and are not mixed up by rooms that come meanwhile', async () => {
    const all: string[] = [];
    const list = async (since?: string) =>
      asAnna.post<Page>('/publicRooms', {
        limit: 2,
        ...(since === undefined ? {} : { since }),
        filter: { generic_search_term: 'SEITENWEISE' },
      });
    const create = async () => asAnna.createRoom({ visibility: 'public', topic: 'Seitenweise' });
    for (let index = 0; index < 5; index += 1) all.push(await create());
    const first = await list();
    expect([ids(first), first.prev_batch, first.total_room_count_estimate]).toEqual([all.slice(0, 2), undefined, 5]);
    const large = await create();
    await asBernd.join(large);
    const second = await list(first.next_batch);
    expect(ids(second)).toEqual(all.slice(2, 4));
    const third = await list(second.next_batch);
    expect([ids(third), third.next_batch]).toEqual([all.slice(4), undefined]);
    expect(ids(await list(third.prev_batch))).toEqual(all.slice(2, 4));
    const back = await list(second.prev_batch);
    expect(ids(back)).toEqual(all.slice(0, 2));
    expect(ids(await list(back.prev_batch))).toEqual([large]);
  });

  test('are of the types asked for, and of this server', async () => {
    const space = await asAnna.createRoom({
      visibility: 'public',
      topic: 'typisch',
      creation_content: { type: 'm.space' },
    });
    const plain = await asAnna.createRoom({ visibility: 'public', topic: 'typisch' });
    const list = async (types: (string | null)[] | null) =>
      ids(await asAnna.post('/publicRooms', { filter: { generic_search_term: 'typisch', room_types: types } }));
    expect(await list(['m.space'])).toEqual([space]);
    expect(await list([null])).toEqual([plain]);
    expect(await list([null, 'm.space'])).toEqual([space, plain]);
    expect(await list(null)).toEqual([space, plain]);
    expect(await list([])).toEqual([]);
    expect(ids(await asAnna.get('/publicRooms?server=test.example'))).toContain(plain);
    expect((await asAnna.try('GET', '/publicRooms?server=elsewhere.example')).status).toBe(404);
    for (const since of ['p1', 'd1_after_1', 'nonsense'])
      expect((await asAnna.try('GET', `/publicRooms?since=${since}`)).status).toBe(400);
  });
});

describe('a summary', () => {
  test('tells what an open room is like, and nothing of a closed one', async () => {
    const open = await asAnna.createRoom({ preset: 'public_chat', name: 'Offen' });
    const closed = await asAnna.createRoom({ name: 'Zu' });
    const path = (roomId: string) => `/_matrix/client/v1/room_summary/${encodeURIComponent(roomId)}`;
    expect(await server.anonymous.get(path(open))).toMatchObject({
      room_id: open,
      name: 'Offen',
      num_joined_members: 1,
      room_version: '12',
    });
    const unknown = await asBernd.try('GET', path('!unknown:test.example'));
    const { status, body } = await asBernd.try('GET', path(closed));
    expect({ status, body }).toEqual({ status: unknown.status, body: unknown.body });
    expect(await asAnna.get(path(closed))).toMatchObject({ name: 'Zu', membership: 'join' });
    for (const older of [`rooms/${encodeURIComponent(open)}/summary`, `summary/${encodeURIComponent(open)}`])
      expect(await asBernd.get(`/_matrix/client/unstable/im.nheko.summary/${older}`)).toMatchObject({ name: 'Offen' });
  });
});

describe('the creators of a room', () => {
  test.each([
    ['no list', 'x'],
    ['an object', {}],
    ['a list of other things than user ids', ['anna']],
  ])('are not given as %s', async (_what, additional) => {
    const creation = { room_version: '12', creation_content: { additional_creators: additional } };
    expect((await asAnna.try('POST', '/createRoom', creation)).body['errcode']).toBe('M_INVALID_ROOM_STATE');
  });
});

describe('an upgrade', () => {
  test('is not possible where there is no room', async () => {
    const answer = await asAnna.try('POST', room('!none:test.example', '/upgrade'), { new_version: '12' });
    expect(answer).toMatchObject({ status: 404, body: { errcode: 'M_NOT_FOUND' } });
  });

  test('makes a successor with the settings, bans and alias of the old room, which falls silent', async () => {
    const old = await asAnna.createRoom({
      room_version: '11',
      preset: 'public_chat',
      name: 'Alt',
      room_alias_name: 'alt',
    });
    await asBernd.join(old);
    await asAnna.post(room(old, '/ban'), { user_id: '@carla:test.example' });
    expect((await asBernd.try('POST', room(old, '/upgrade'), { new_version: '12' })).status).toBe(403);
    const { replacement_room: successor } = await asAnna.post<{ replacement_room: string }>(room(old, '/upgrade'), {
      new_version: '12',
    });
    expect(await content(old, 'm.room.tombstone')).toMatchObject({ replacement_room: successor });
    expect(await content(successor, 'm.room.create')).toMatchObject({ predecessor: { room_id: old } });
    expect(await content(successor, 'm.room.name')).toEqual({ name: 'Alt' });
    expect(await content(successor, 'm.room.member', '@carla:test.example')).toMatchObject({ membership: 'ban' });
    expect(await server.anonymous.get(`/directory/room/${encodeURIComponent('#alt:test.example')}`)).toMatchObject({
      room_id: successor,
    });
    await asBernd.join(successor);
    await asBernd.send(successor, 'hello');
    expect(
      (await asBernd.try('PUT', room(old, '/send/m.room.message/t1'), { msgtype: 'm.text', body: 'too late' })).status,
    ).toBe(403);
  });

  test('of a space keeps the rooms in it', async () => {
    const space = await asAnna.createRoom({ room_version: '11', creation_content: { type: 'm.space' } });
    const child = await asAnna.createRoom();
    await asAnna.put(room(space, `/state/m.space.child/${encodeURIComponent(child)}`), { via: ['test.example'] });
    const { replacement_room: successor } = await asAnna.post<{ replacement_room: string }>(room(space, '/upgrade'), {
      new_version: '12',
    });
    expect(await content(successor, 'm.space.child', child)).toEqual({ via: ['test.example'] });
  });
});
