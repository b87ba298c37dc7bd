import { startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

interface ClientEvent {
  readonly event_id: string;
  readonly type: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly unsigned: Readonly<Record<string, unknown>>;
}
interface Page {
  readonly chunk: readonly ClientEvent[];
  readonly start: string;
  readonly end?: string;
  readonly state?: readonly ClientEvent[];
}

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
const v1 = (roomId: string, rest: string): string => `/_matrix/client/v1/rooms/${encodeURIComponent(roomId)}${rest}`;
const bodies = (events: readonly ClientEvent[]): unknown[] =>
  events.filter((event) => event.type === 'm.room.message').map((event) => event.content['body']);

async function sendAll(roomId: string, texts: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const text of texts) ids.push(await asAnna.send(roomId, text));
  return ids;
}

describe('the messages of a room', () => {
  test('are read by pages in both directions, without gaps or doubles, to the end', async () => {
    const roomId = await asAnna.createRoom();
    const texts = Array.from({ length: 25 }, (_, index) => `message ${index}`);
    await sendAll(roomId, texts);
    const readAll = async (dir: 'b' | 'f'): Promise<ClientEvent[]> => {
      const all: ClientEvent[] = [];
      let from = '';
      for (;;) {
        const page = await asAnna.get<Page>(room(roomId, `/messages?dir=${dir}&limit=7${from}`));
        all.push(...page.chunk);
        if (page.end === undefined) return all;
        from = `&from=${page.end}`;
      }
    };
    const [backward, forward] = [await readAll('b'), await readAll('f')];
    expect(bodies(forward)).toEqual(texts);
    expect(backward.map((event) => event.event_id)).toEqual(forward.map((event) => event.event_id).reverse());
    expect(forward[0]?.type).toBe('m.room.create');
  });

  test('can be filtered, lazily with the members who wrote them', async () => {
    const roomId = await asAnna.createRoom({ preset: 'public_chat' });
    await asBernd.join(roomId);
    await sendAll(roomId, ['one', 'two']);
    const filter = encodeURIComponent(JSON.stringify({ types: ['m.room.mess*'], lazy_load_members: true }));
    const page = await asBernd.get<Page>(room(roomId, `/messages?dir=b&limit=50&filter=${filter}`));
    expect(page.chunk.map((event) => event.type)).toEqual(['m.room.message', 'm.room.message']);
    expect(page.state).toMatchObject([{ type: 'm.room.member', state_key: anna.userId }]);
    expect((await asBernd.try('GET', room(roomId, '/messages?dir=b&filter=[]'))).body['errcode']).toBe('M_BAD_JSON');
    expect((await asBernd.try('GET', room(roomId, '/messages?dir=b&from=nonsense'))).body['errcode']).toBe(
      'M_INVALID_PARAM',
    );
    expect((await asBernd.try('GET', room(roomId, '/messages'))).body['errcode']).toBe('M_MISSING_PARAM');
    await asBernd.post(room(roomId, '/leave'));
    await asBernd.post(room(roomId, '/forget'));
    expect((await asBernd.try('GET', room(roomId, '/messages'))).body['errcode']).toBe('M_FORBIDDEN');
  });

  test.each([
    [{ 'org.matrix.msc3874.rel_types': ['m.thread', 'm.reference'] }, ['in a thread', 'a reference']],
    [{ 'org.matrix.msc3874.not_rel_types': ['m.thread'] }, ['a root', 'a reference']],
    [{ 'org.matrix.msc3874.rel_types': ['m.thread'], 'org.matrix.msc3874.not_rel_types': ['m.thread'] }, []],
    [{ 'org.matrix.msc3874.rel_types': [] }, []],
  ])('are filtered by how they relate to others: %j', async (filter, expected) => {
    const roomId = await asAnna.createRoom();
    const rootId = await asAnna.send(roomId, 'a root');
    for (const [relType, body] of [
      ['m.thread', 'in a thread'],
      ['m.reference', 'a reference'],
    ] as const) {
      const relation = { rel_type: relType, event_id: rootId };
      await asAnna.put(room(roomId, `/send/m.room.message/${relType}`), { body, 'm.relates_to': relation });
    }
    const types = { types: ['m.room.message'] };
    const query = `?dir=f&filter=${encodeURIComponent(JSON.stringify({ ...types, ...filter }))}`;
    expect(bodies((await asAnna.get<Page>(room(roomId, `/messages${query}`))).chunk)).toEqual(expected);
  });

  test('go on past any number of hidden events', async () => {
    const roomId = await asAnna.createRoom({ preset: 'public_chat' });
    await sendAll(roomId, ['seen by all']);
    await asAnna.put(room(roomId, '/state/m.room.history_visibility'), { history_visibility: 'joined' });
    await sendAll(
      roomId,
      Array.from({ length: 80 }, (_, index) => `hidden ${index}`),
    );
    await asBernd.join(roomId);
    const page = await asBernd.get<Page>(room(roomId, '/messages?dir=b&limit=5'));
    expect(page.chunk).toHaveLength(5);
    expect(bodies(page.chunk)).toEqual(['seen by all']);
  });
});

describe('an event', () => {
  test('is shown with what came before and after it', async () => {
    const roomId = await asAnna.createRoom();
    const ids = await sendAll(roomId, ['a', 'b', 'c', 'd', 'e']);
    const context = await asAnna.get<{
      event: ClientEvent;
      events_before: ClientEvent[];
      events_after: ClientEvent[];
      start: string;
      end: string;
      state: ClientEvent[];
    }>(room(roomId, `/context/${encodeURIComponent(ids[2] ?? '')}?limit=4`));
    expect(context.event.content['body']).toBe('c');
    expect(bodies(context.events_before)).toEqual(['b', 'a']);
    expect(bodies(context.events_after)).toEqual(['d', 'e']);
    expect(context.state.map((event) => event.type)).toContain('m.room.create');
    const filter = encodeURIComponent(JSON.stringify({ types: ['m.room.create'] }));
    const filtered = await asAnna.get<{ event: ClientEvent; state: ClientEvent[] }>(
      room(roomId, `/context/${encodeURIComponent(ids[2] ?? '')}?limit=4&filter=${filter}`),
    );
    expect(filtered.event.content['body']).toBe('c');
    expect(filtered.state.map((event) => event.type)).toEqual(['m.room.create']);
    const before = await asAnna.get<Page>(room(roomId, `/messages?dir=b&limit=1&from=${context.start}`));
    expect(before.chunk[0]?.type).toBe('m.room.guest_access');
  });

  test('is not found by those who may not see it, wherever it is', async () => {
    const roomId = await asAnna.createRoom();
    const [id = ''] = await sendAll(roomId, ['secret']);
    const path = (where: string) => room(where, `/event/${encodeURIComponent(id)}`);
    expect((await asAnna.try('GET', path(roomId))).status).toBe(200);
    expect(await asBernd.try('GET', path(roomId))).toMatchObject({ status: 404, body: { errcode: 'M_NOT_FOUND' } });
    const own = await asBernd.createRoom();
    expect((await asBernd.try('GET', path(own))).status).toBe(404);
  });

  test('is found by its time', async () => {
    const roomId = await asAnna.createRoom();
    server.clock.advance(60_000);
    const [first] = await sendAll(roomId, ['early']);
    const time = server.clock.nowMs();
    server.clock.advance(60_000);
    const [second] = await sendAll(roomId, ['late']);
    const find = async (ts: number, dir: string) =>
      (await asAnna.try('GET', v1(roomId, `/timestamp_to_event?ts=${ts}&dir=${dir}`))).body['event_id'];
    expect(await find(time, 'f')).toBe(first);
    expect(await find(time + 1, 'f')).toBe(second);
    expect(await find(time + 1, 'b')).toBe(first);
    expect(await find(time + 200_000, 'f')).toBeUndefined();
  });
});

describe('the members of a room', () => {
  test('are listed as of now, as of a token, and for those who left as of their leaving', async () => {
    const roomId = await asAnna.createRoom({ preset: 'public_chat' });
    const { start } = await asAnna.get<Page>(room(roomId, '/messages?dir=b&limit=1'));
    await asBernd.join(roomId);
    const members = async (client: TestClient, query = '') =>
      (await client.get<{ chunk: { state_key: string }[] }>(room(roomId, `/members${query}`))).chunk
        .map((event) => event.state_key)
        .sort();
    expect(await members(asAnna)).toEqual([anna.userId, bernd.userId]);
    expect(await members(asAnna, `?at=${start}`)).toEqual([anna.userId]);
    await asBernd.post(room(roomId, '/leave'));
    const { start: beginning } = await asAnna.get<Page>(room(roomId, '/messages?dir=f'));
    expect(await members(asAnna, `?at=${beginning}`)).toEqual([anna.userId]);
    expect(await members(asAnna, '?membership=join')).toEqual([anna.userId]);
    expect(await members(asAnna, '?not_membership=join')).toEqual([bernd.userId]);
    expect(await members(asAnna, '?membership=join&not_membership=join')).toEqual([anna.userId, bernd.userId]);
    for (const unknown of ['?membership=joined', '?not_membership=x'])
      expect(await asAnna.try('GET', room(roomId, `/members${unknown}`))).toMatchObject({
        status: 400,
        body: { errcode: 'M_INVALID_PARAM' },
      });
    await asAnna.post(room(roomId, '/ban'), { user_id: '@carla:test.example' });
    expect(await members(asBernd)).toEqual([anna.userId, bernd.userId]);
    expect(await asAnna.get(room(roomId, '/joined_members'))).toEqual({
      joined: { [anna.userId]: { display_name: 'anna', avatar_url: null } },
    });
    expect((await asBernd.try('GET', room(roomId, '/joined_members'))).status).toBe(403);
  });
});

describe('relations', () => {
  test('are listed by kind and summed up in the events they are about', async () => {
    const roomId = await asAnna.createRoom({ preset: 'public_chat' });
    await asBernd.join(roomId);
    const [root = ''] = await sendAll(roomId, ['root']);
    const relate = async (client: TestClient, relType: string, extra: object = {}, type = 'm.room.message') =>
      (
        await client.put<{ event_id: string }>(room(roomId, `/send/${type}/${crypto.randomUUID()}`), {
          msgtype: 'm.text',
          body: relType,
          'm.relates_to': { rel_type: relType, event_id: root },
          ...extra,
        })
      ).event_id;
    const [one, two] = [await relate(asAnna, 'm.thread'), await relate(asBernd, 'm.thread')];
    const edit = await relate(asAnna, 'm.replace', { 'm.new_content': { msgtype: 'm.text', body: 'edited' } });
    await relate(asBernd, 'm.replace', { 'm.new_content': { msgtype: 'm.text', body: 'forged' } });
    const reference = await relate(asBernd, 'm.reference');
    const list = async (rest: string) =>
      (await asAnna.get<Page>(v1(roomId, `/relations/${encodeURIComponent(root)}${rest}`))).chunk.map(
        (event) => event.event_id,
      );
    expect(await list('/m.thread')).toEqual([two, one]);
    expect(await list('/m.thread/m.room.message?dir=f')).toEqual([one, two]);
    expect(await list('/m.thread/m.sticker')).toEqual([]);
    expect(await list('')).toHaveLength(5);
    for (const rest of ['/%00', '/m.thread/%00'])
      expect((await asAnna.try('GET', v1(roomId, `/relations/${encodeURIComponent(root)}${rest}`))).status).toBe(400);
    const page = await asAnna.get<{ chunk: ClientEvent[]; next_batch: string }>(
      v1(roomId, `/relations/${encodeURIComponent(root)}?limit=2`),
    );
    expect(page.chunk).toHaveLength(2);
    expect(await list(`?limit=10&from=${page.next_batch}`)).toHaveLength(3);
    const event = await asAnna.get<ClientEvent>(room(roomId, `/event/${encodeURIComponent(root)}`));
    expect(event.unsigned['m.relations']).toMatchObject({
      'm.replace': { event_id: edit },
      'm.thread': { count: 2, current_user_participated: true, latest_event: { event_id: two } },
      'm.reference': { chunk: [{ event_id: reference }] },
    });
    const threads = await asBernd.get<Page>(v1(roomId, '/threads?include=participated'));
    expect(threads.chunk.map((thread) => thread.event_id)).toEqual([root]);
  });
});

describe('whoever is ignored', () => {
  test('is heard in no relation, and of a thread that they began nothing is left but the thread', async () => {
    const roomId = await asAnna.createRoom({ preset: 'public_chat' });
    await asBernd.join(roomId);
    const clara = await server.register('clara');
    const asClara = server.as(clara);
    await asClara.join(roomId);
    const root = await asBernd.send(roomId, 'canary');
    const reply = async (client: TestClient) =>
      (
        await client.put<{ event_id: string }>(room(roomId, `/send/m.room.message/${crypto.randomUUID()}`), {
          body: 'reply',
          'm.relates_to': { rel_type: 'm.thread', event_id: root },
        })
      ).event_id;
    const [fromAnna] = [await reply(asAnna), await reply(asBernd)];
    const ignore = `/user/${encodeURIComponent(clara.userId)}/account_data/m.ignored_user_list`;
    await asClara.put(ignore, { ignored_users: { [bernd.userId]: {} } });
    const relations = await asClara.get<Page>(v1(roomId, `/relations/${encodeURIComponent(root)}`));
    expect(relations.chunk.map((event) => event.event_id)).toEqual([fromAnna]);
    const { chunk } = await asClara.get<Page>(v1(roomId, '/threads'));
    expect(chunk).toMatchObject([
      { event_id: root, content: {}, unsigned: { 'm.relations': { 'm.thread': { count: 1 } } } },
    ]);
    expect(JSON.stringify(chunk)).not.toContain('canary');
  });
});

describe('somebody who left', () => {
  test.each([['leave'], ['ban']])(
    'by a %s sees what was before and nothing that came after, by any road',
    async (way) => {
      const roomId = await asAnna.createRoom({ preset: 'public_chat', name: 'before' });
      await asBernd.join(roomId);
      const [before = ''] = await sendAll(roomId, ['before']);
      if (way === 'leave') await asBernd.post(room(roomId, '/leave'));
      else await asAnna.post(room(roomId, '/ban'), { user_id: bernd.userId });
      const [after = ''] = await sendAll(roomId, ['canary']);
      await asAnna.put(room(roomId, '/state/m.room.name'), { name: 'canary' });
      await asAnna.put(room(roomId, '/send/m.room.message/edit'), {
        body: 'canary',
        'm.new_content': { body: 'canary' },
        'm.relates_to': { rel_type: 'm.replace', event_id: before },
      });
      const { end } = await asAnna.get<Page>(room(roomId, '/messages?dir=f&limit=1'));
      const paths = [
        room(roomId, '/messages?dir=b&limit=100'),
        room(roomId, `/messages?dir=f&limit=100&from=${end}`),
        room(roomId, '/state'),
        room(roomId, '/state/m.room.name'),
        room(roomId, `/context/${encodeURIComponent(before)}?limit=50`),
        room(roomId, `/context/${encodeURIComponent(after)}`),
        room(roomId, `/event/${encodeURIComponent(before)}`),
        room(roomId, `/event/${encodeURIComponent(after)}`),
        room(roomId, '/members'),
        v1(roomId, `/relations/${encodeURIComponent(before)}`),
        v1(roomId, `/timestamp_to_event?ts=${server.clock.nowMs()}&dir=b`),
      ];
      const read = async (client: TestClient) =>
        JSON.stringify(await Promise.all(paths.map(async (path) => (await client.try('GET', path)).body)));
      expect(await read(asAnna)).toContain('canary');
      const seen = await read(asBernd);
      expect(seen).toContain('before');
      expect(seen).not.toContain('canary');
      expect(seen).not.toContain(after);
      expect((await asBernd.try('GET', room(roomId, `/event/${encodeURIComponent(after)}`))).status).toBe(404);
    },
  );
});
