import { startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

interface Found {
  readonly count: number;
  readonly highlights: string[];
  readonly next_batch?: string;
  readonly results: {
    readonly rank: number;
    readonly result: { readonly event_id: string; readonly room_id: string; readonly content: { body?: string } };
    readonly context?: {
      readonly start: string;
      readonly end: string;
      readonly events_before: { content: { body?: string } }[];
      readonly events_after: { content: { body?: string } }[];
      readonly profile_info?: Record<string, { displayname?: string }>;
    };
  }[];
  readonly groups?: Record<string, Record<string, { results: string[]; order: number; next_batch?: string }>>;
  readonly state?: Record<string, { type: string }[]>;
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
const ask = async (client: TestClient, term: string, wish: object = {}, token?: string) =>
  client.try('POST', `/search${token === undefined ? '' : `?next_batch=${token}`}`, {
    search_categories: { room_events: { search_term: term, order_by: 'recent', ...wish } },
  });
async function find(client: TestClient, term: string, wish: object = {}, token?: string): Promise<Found> {
  const answer = await ask(client, term, wish, token);
  expect(answer.status).toBe(200);
  return (answer.body['search_categories'] as unknown as { room_events: Found }).room_events;
}
const idsOf = (found: Found): string[] => found.results.map(({ result }) => result.event_id);

describe('a search', () => {
  test('finds messages, names and topics by whole words, whatever their case and accents', async () => {
    const roomId = await asAnna.createRoom({ name: 'Brückenbau Nord', topic: 'Sanierung der Hochbrücke' });
    const message = await asAnna.send(roomId, 'Die BRÜCKE ist fertig, der Tunnel nicht.');
    await asAnna.send(roomId, 'Nichts davon');
    const found = await find(asAnna, 'brucke');
    expect(idsOf(found)).toEqual([message]);
    expect(found).toMatchObject({ count: 1, highlights: ['brücke'] });
    expect(found.results[0]?.result).toMatchObject({ room_id: roomId, sender: anna.userId, type: 'm.room.message' });
    expect((await find(asAnna, 'Brückenbau')).results[0]?.result).toMatchObject({ type: 'm.room.name' });
    expect((await find(asAnna, 'hochbrücke')).results[0]?.result).toMatchObject({ type: 'm.room.topic' });
    expect((await find(asAnna, 'hochbrücke', { keys: ['content.body'] })).count).toBe(0);
    expect(idsOf(await find(asAnna, '"tunnel nicht" -brückenbau'))).toEqual([message]);
    expect((await find(asAnna, '"nicht tunnel"')).count).toBe(0);
  });

  test('ranks, or goes back in time page by page without being moved by what comes meanwhile', async () => {
    const roomId = await asAnna.createRoom();
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.unshift(await asAnna.send(roomId, `Protokoll ${index}`));
    const wish = { filter: { rooms: [roomId], limit: 2 } };
    const first = await find(asAnna, 'protokoll', wish);
    expect(first.count).toBe(5);
    await asAnna.send(roomId, 'Protokoll Protokoll');
    const second = await find(asAnna, 'protokoll', wish, first.next_batch);
    const third = await find(asAnna, 'protokoll', wish, second.next_batch);
    expect([first, second, third].flatMap(idsOf)).toEqual(ids);
    expect(third.next_batch).toBeUndefined();
    const ranked = await find(asAnna, 'protokoll', { ...wish, order_by: 'rank' });
    expect(ranked.results[0]?.result.content.body).toBe('Protokoll Protokoll');
    expect(ranked.results[0]?.rank).toBeGreaterThan(ranked.results[1]?.rank ?? Infinity);
  });

  test('shows what surrounds a result, with names, and the state of its room', async () => {
    await asAnna.put(`/profile/${encodeURIComponent(anna.userId)}/displayname`, { displayname: 'Anna' });
    const roomId = await asAnna.createRoom();
    for (const text of ['eins', 'zwei', 'Mittelpunkt', 'vier', 'fünf']) await asAnna.send(roomId, text);
    const found = await find(asAnna, 'mittelpunkt', {
      event_context: { before_limit: 2, after_limit: 1, include_profile: true },
      include_state: true,
    });
    const context = found.results[0]?.context;
    expect(context?.events_before.map((event) => event.content.body)).toEqual(['zwei', 'eins']);
    expect(context?.events_after.map((event) => event.content.body)).toEqual(['vier']);
    expect(context?.profile_info).toEqual({ [anna.userId]: { displayname: 'Anna' } });
    const path = room(roomId, `/messages?dir=f&limit=1&from=${context?.end ?? ''}`);
    expect((await asAnna.get<{ chunk: { content: object }[] }>(path)).chunk[0]?.content).toMatchObject({
      body: 'fünf',
    });
    expect(found.state?.[roomId]?.map((event) => event.type)).toContain('m.room.create');
  });

  test('groups its results by room and sender, each to be continued', async () => {
    const [one, two] = [await asAnna.createRoom({ invite: [bernd.userId] }), await asAnna.createRoom()];
    await asBernd.join(one);
    const older = await asAnna.send(one, 'Haushalt');
    const bernds = await asBernd.send(one, 'Haushalt');
    const newest = await asAnna.send(two, 'Haushalt');
    const groupings = { group_by: [{ key: 'room_id' }, { key: 'sender' }] };
    const found = await find(asAnna, 'haushalt', { groupings, filter: { limit: 2 } });
    expect(found.groups).toMatchObject({
      room_id: { [two]: { results: [newest], order: 1 }, [one]: { results: [bernds], order: 2 } },
      sender: { [anna.userId]: { results: [newest] }, [bernd.userId]: { results: [bernds] } },
    });
    expect(found.groups?.['room_id']?.[two]).not.toHaveProperty('next_batch');
    const token = found.groups?.['sender']?.[anna.userId]?.next_batch;
    expect(idsOf(await find(asAnna, 'haushalt', { groupings }, token))).toEqual([older]);
  });

  test('takes a filter', async () => {
    const roomId = await asAnna.createRoom({ name: 'Akte' });
    const plain = await asAnna.send(roomId, 'Akte');
    const path = room(roomId, '/send/m.room.message/file');
    const file = await asAnna.put<{ event_id: string }>(path, { msgtype: 'm.file', body: 'Akte', url: 'mxc://a/b' });
    const filtered = async (filter: object) => idsOf(await find(asAnna, 'akte', { filter }));
    expect(await filtered({ contains_url: true })).toEqual([file.event_id]);
    expect(await filtered({ contains_url: false, types: ['m.room.mess*'] })).toEqual([plain]);
    expect(await filtered({ senders: [bernd.userId] })).toEqual([]);
    expect(await filtered({ not_rooms: [roomId] })).toEqual([]);
  });
});

describe('a search finds nothing of', () => {
  test('rooms that one is not in, and of what was said before or after one could read it, not even a number', async () => {
    const roomId = await asAnna.createRoom({
      preset: 'public_chat',
      initial_state: [{ type: 'm.room.history_visibility', content: { history_visibility: 'joined' } }],
    });
    await asAnna.send(roomId, 'Geheimnis davor');
    expect((await find(asBernd, 'geheimnis')).count).toBe(0);
    await asBernd.join(roomId);
    const between = await asAnna.send(roomId, 'Geheimnis dazwischen');
    await asBernd.post(room(roomId, '/leave'));
    await asAnna.send(roomId, 'Geheimnis danach');
    const found = await find(asBernd, 'geheimnis', { include_state: true, event_context: {} });
    expect(found.count).toBe(1);
    expect(idsOf(found)).toEqual([between]);
    expect(JSON.stringify(found)).not.toMatch(/davor|danach/);
    expect((await find(asAnna, 'geheimnis')).count).toBe(3);
    await asBernd.post(room(roomId, '/forget'));
    expect((await find(asBernd, 'geheimnis')).count).toBe(0);
  });

  test('a room whose invitation was withdrawn', async () => {
    const roomId = await asAnna.createRoom({ invite: [bernd.userId] });
    await asAnna.send(roomId, 'Zurückgezogen');
    await asAnna.post(room(roomId, '/kick'), { user_id: bernd.userId });
    expect((await find(asBernd, 'zurückgezogen', { include_state: true })).count).toBe(0);
  });

  test.each(['rank', 'recent'])('redacted messages, by %s', async (order) => {
    const roomId = await asAnna.createRoom();
    const eventId = await asAnna.send(roomId, `Versehen ${order}`);
    expect((await find(asAnna, `versehen ${order}`, { order_by: order })).count).toBe(1);
    await asAnna.put(room(roomId, `/redact/${encodeURIComponent(eventId)}/t1`));
    expect((await find(asAnna, `versehen ${order}`, { order_by: order })).count).toBe(0);
    const rows = await server.database.database.reader.query({
      name: 'words-left',
      text: `select from search_entry where words @@ websearch_to_tsquery('simple', $1)`,
      values: [`versehen ${order}`],
    });
    expect(rows).toEqual([]);
  });

  test('people whom one ignores', async () => {
    const roomId = await asAnna.createRoom({ invite: [bernd.userId] });
    await asBernd.join(roomId);
    await asBernd.send(roomId, 'Werbung');
    const path = `/user/${encodeURIComponent(anna.userId)}/account_data/m.ignored_user_list`;
    await asAnna.put(path, { ignored_users: { [bernd.userId]: {} } });
    expect((await find(asAnna, 'werbung')).count).toBe(0);
    await asAnna.put(path, { ignored_users: {} });
    expect((await find(asAnna, 'werbung')).count).toBe(1);
  });
});

describe('a hostile search', () => {
  test.each([
    "'; drop table event; --",
    "foo' | 'bar':*",
    '!!!(((&&&|||:::***<->',
    '\\\\\'"',
    '-alles',
    '-"alles" -nichts',
    '   ',
    '',
    'or or or',
    '\u{1f600}\u200b\u202e',
    'a'.repeat(512),
    'a '.repeat(256),
  ])('for %j finds nothing and breaks nothing', async (term) => {
    await asAnna.send(await asAnna.createRoom(), 'alles');
    expect((await find(asAnna, term, { order_by: 'rank' })).results).toEqual([]);
    expect((await find(asAnna, 'alles')).count).toBeGreaterThan(0);
  });

  test.each([
    ['a NUL', 'a\0b', {}],
    ['a term of more than 512 characters', 'a'.repeat(513), {}],
    ['an unknown key', 'a', { keys: ['content.url'] }],
    ['an unknown order', 'a', { order_by: 'pos; drop table event' }],
    ['an unknown group', 'a', { groupings: { group_by: [{ key: 'content' }] } }],
    ['a negative context', 'a', { event_context: { before_limit: -1 } }],
  ])('with %s is refused', async (_name, term, wish) => {
    expect((await ask(asAnna, term, wish)).status).toBe(400);
  });

  test('with a token of its own making is refused', async () => {
    for (const token of ['nonsense', 'f1_1', 'f1_1_1_type_abc'])
      expect(await ask(asAnna, 'a', {}, token)).toMatchObject({ status: 400, body: { errcode: 'M_INVALID_PARAM' } });
  });

  test('indexes texts that are no words, and does not stumble over their length', async () => {
    const roomId = await asAnna.createRoom();
    for (const text of ['x'.repeat(50_000), `NUL\0mitten`, 'Zeile '.repeat(8_000)]) await asAnna.send(roomId, text);
    expect((await find(asAnna, 'mitten')).count).toBe(1);
  });
});

test('what is encrypted is not indexed', async () => {
  const roomId = await asAnna.createRoom({
    initial_state: [{ type: 'm.room.encryption', content: { algorithm: 'm.megolm.v1.aes-sha2' } }],
  });
  await asAnna.put(room(roomId, '/send/m.room.encrypted/t1'), { algorithm: 'm.megolm.v1.aes-sha2', body: 'verraten' });
  expect((await find(asAnna, 'verraten')).count).toBe(0);
});
