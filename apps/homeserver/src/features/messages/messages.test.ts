import { startHomeserver, type Answer, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let server: TestHomeserver;
let anna: TestUser;
let asAnna: TestClient;
let asBernd: TestClient;
beforeAll(async () => {
  server = await startHomeserver();
  anna = await server.register('anna');
  [asAnna, asBernd] = [server.as(anna), server.as(await server.register('bernd'))];
});
afterAll(async () => server.stop());

const room = (roomId: string, rest: string): string => `/rooms/${encodeURIComponent(roomId)}${rest}`;

async function sharedRoom(): Promise<string> {
  const roomId = await asAnna.createRoom({ preset: 'public_chat' });
  await asBernd.join(roomId);
  return roomId;
}

describe('a message', () => {
  test('is sent once for one transaction id of one device, and shows it to that device alone', async () => {
    const roomId = await sharedRoom();
    const path = room(roomId, `/send/m.room.message/${encodeURIComponent('txn/1 ü')}`);
    const send = async (client: TestClient) =>
      (await client.put<{ event_id: string }>(path, { body: 'hello' })).event_id;
    const first = await send(asAnna);
    expect(await send(asAnna)).toBe(first);
    expect(await send(asBernd)).not.toBe(first);
    const read = async (client: TestClient) =>
      client.get<{ unsigned: object }>(room(roomId, `/event/${encodeURIComponent(first)}`));
    expect((await read(asAnna)).unsigned).toMatchObject({ transaction_id: 'txn/1 ü', membership: 'join' });
    expect((await read(asBernd)).unsigned).not.toHaveProperty('transaction_id');
  });

  test('is refused to those who are not in the room, above their level, too large, or not canonical', async () => {
    const roomId = await sharedRoom();
    const stranger = server.as(await server.register('stranger'));
    const path = room(roomId, '/send/m.room.message/1');
    expect(await stranger.try('PUT', path, { body: 'x' })).toMatchObject({
      status: 403,
      body: { errcode: 'M_FORBIDDEN' },
    });
    expect(await asBernd.try('PUT', room(roomId, '/state/m.room.name'), { name: 'mine' })).toMatchObject({
      status: 403,
    });
    expect(await asBernd.try('PUT', path, { body: 'x'.repeat(65_536) })).toMatchObject({
      status: 413,
      body: { errcode: 'M_TOO_LARGE' },
    });
    expect(await asBernd.try('PUT', path, { body: 1.5 })).toMatchObject({
      status: 400,
      body: { errcode: 'M_BAD_JSON' },
    });
    expect(
      await asBernd.try('PUT', room('!nowhere:test.example', '/send/m.room.message/1'), { body: 'x' }),
    ).toMatchObject({ status: 403 });
    expect((await asBernd.try('PUT', path, { body: 'x' })).status).toBe(200);
  });
});

describe('a state event', () => {
  test('that repeats what is in force makes no new event', async () => {
    const roomId = await sharedRoom();
    const set = async (name: string) =>
      (await asAnna.put<{ event_id: string }>(room(roomId, '/state/m.room.name'), { name })).event_id;
    const first = await set('Bauamt');
    expect(await set('Bauamt')).toBe(first);
    const second = await set('Tiefbau');
    expect(second).not.toBe(first);
    const event = await asAnna.get(room(roomId, '/state/m.room.name?format=event'));
    expect(event).toMatchObject({
      event_id: second,
      content: { name: 'Tiefbau' },
      unsigned: { replaces_state: first, prev_content: { name: 'Bauamt' } },
    });
  });
});

describe('a reaction', () => {
  test('of one kind is accepted once from each user, and again after its redaction', async () => {
    const roomId = await sharedRoom();
    const target = await asAnna.send(roomId, 'hello');
    const react = async (client: TestClient) =>
      client.try('PUT', room(roomId, `/send/m.reaction/${crypto.randomUUID()}`), {
        'm.relates_to': { rel_type: 'm.annotation', event_id: target, key: '👍' },
      });
    const first = await react(asAnna);
    expect(first.status).toBe(200);
    expect(await react(asAnna)).toMatchObject({ status: 400, body: { errcode: 'M_DUPLICATE_ANNOTATION' } });
    expect((await react(asBernd)).status).toBe(200);
    await asAnna.put(
      room(roomId, `/redact/${encodeURIComponent(JSON.stringify(first.body['event_id']).slice(1, -1))}/r1`),
    );
    expect((await react(asAnna)).status).toBe(200);
  });

  test('whose request comes again is answered as it was', async () => {
    const roomId = await sharedRoom();
    const target = await asAnna.send(roomId, 'hello');
    const react = async (txnId: string) =>
      asAnna.try('PUT', room(roomId, `/send/m.reaction/${txnId}`), {
        'm.relates_to': { rel_type: 'm.annotation', event_id: target, key: '👍' },
      });
    const first = await react('again');
    expect(await react('again')).toMatchObject({ status: 200, body: first.body });
    expect((await react('another')).status).toBe(400);
  });
});

describe('a thread', () => {
  test('begins at a message, and not at what is about another one', async () => {
    const roomId = await sharedRoom();
    const relate = async (relation: object) =>
      asAnna.try('PUT', room(roomId, `/send/m.room.message/${crypto.randomUUID()}`), {
        body: 'x',
        'm.relates_to': relation,
      });
    const idOf = (answer: Answer): unknown => answer.body['event_id'];
    const root = await asAnna.send(roomId, 'root');
    // A reply is about another message without a relation of its own.
    const reply = await relate({ 'm.in_reply_to': { event_id: root } });
    const inThread = await relate({ rel_type: 'm.thread', event_id: idOf(reply) });
    expect(inThread.status).toBe(200);
    const reference = await relate({ rel_type: 'm.reference', event_id: root });
    for (const related of [inThread, reference])
      expect(await relate({ rel_type: 'm.thread', event_id: idOf(related) })).toMatchObject({
        status: 400,
        body: { errcode: 'M_UNKNOWN' },
      });
  });
});

describe('state that nobody may send', () => {
  test.each(['11', '12'])('is the fault of the request, in version %s', async (version) => {
    const roomId = await asAnna.createRoom({ preset: 'public_chat', room_version: version });
    await asBernd.join(roomId);
    const creation = { room_version: version, 'example.change': 1 };
    const create = async (client: TestClient) => client.try('PUT', room(roomId, '/state/m.room.create'), creation);
    for (const client of [asAnna, asBernd])
      expect(await create(client)).toMatchObject({ status: 400, body: { errcode: 'M_INVALID_PARAM' } });
    const stranger = server.as(await server.register(`stranger${version}`));
    expect((await create(stranger)).status).toBe(403);
    for (const malformed of [{ ban: '50' }, { events: { 'm.room.name': 'x' } }, { users: [] }])
      expect(await asAnna.try('PUT', room(roomId, '/state/m.room.power_levels'), malformed)).toMatchObject({
        status: 400,
        body: { errcode: 'M_BAD_JSON' },
      });
    const users = { [anna.userId]: 100 };
    const levels = await asAnna.try('PUT', room(roomId, '/state/m.room.power_levels'), { users });
    expect(levels.status).toBe(version === '12' ? 400 : 200);
  });
});

describe('a redaction', () => {
  test('takes the content away for good, by its sender or a moderator', async () => {
    const roomId = await sharedRoom();
    const [secret, other] = [await asBernd.send(roomId, 'canary-4711'), await asAnna.send(roomId, 'of anna')];
    const redact = async (client: TestClient, eventId: string) =>
      client.try('PUT', room(roomId, `/redact/${encodeURIComponent(eventId)}/${crypto.randomUUID()}`), {
        reason: 'oops',
      });
    expect((await redact(asBernd, other)).status).toBe(403);
    const redaction = await redact(asAnna, secret);
    expect(redaction.status).toBe(200);
    const event = await asBernd.get(room(roomId, `/event/${encodeURIComponent(secret)}`));
    expect(event['content']).toEqual({});
    expect(event['unsigned']).toMatchObject({
      redacted_because: {
        event_id: redaction.body['event_id'],
        content: { reason: 'oops', redacts: secret },
        redacts: secret,
      },
    });
    const rows = await server.database.database.reader.query<{ json: string }>({
      text: 'select json from event',
      values: [],
      name: 'all-events',
    });
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.filter((row) => row.json.includes('canary-4711'))).toEqual([]);
    const elsewhere = await asAnna.send(await asAnna.createRoom(), 'in another room');
    for (const eventId of ['$nothing', elsewhere])
      expect((await redact(asAnna, eventId)).body).toMatchObject({ errcode: 'M_INVALID_PARAM' });
  });

  test('of state takes effect in the state at once and after a restart alike', async () => {
    const roomId = await sharedRoom();
    const { event_id: topic } = await asAnna.put<{ event_id: string }>(room(roomId, '/state/m.room.topic'), {
      topic: 'canary',
    });
    await asAnna.put(room(roomId, `/redact/${encodeURIComponent(topic)}/1`));
    expect(await asAnna.get(room(roomId, '/state/m.room.topic'))).toEqual({});
  });
});

describe('an encrypted house', () => {
  test('encrypts rooms that are not public from the start and refuses readable messages in them', async () => {
    const strict = await startHomeserver({ features: { forcedEncryption: true } });
    try {
      const client = strict.as(await strict.register('anna'));
      const closed = await client.createRoom();
      const open = await client.createRoom({ preset: 'public_chat' });
      const send = async (roomId: string, type: string) =>
        (await client.try('PUT', room(roomId, `/send/${type}/${crypto.randomUUID()}`), { body: 'x' })).status;
      expect(await client.get(room(closed, '/state/m.room.encryption'))).toEqual({ algorithm: 'm.megolm.v1.aes-sha2' });
      expect((await client.try('GET', room(open, '/state/m.room.encryption'))).status).toBe(404);
      expect(await send(closed, 'm.room.message')).toBe(403);
      expect(await send(closed, 'm.room.encrypted')).toBe(200);
      expect(await send(open, 'm.room.message')).toBe(200);
      expect((await client.try('PUT', room(closed, '/state/m.room.encryption'), {})).status).toBe(403);
      expect((await client.try('PUT', room(open, '/state/m.room.join_rules'), { join_rule: 'invite' })).status).toBe(
        403,
      );
    } finally {
      await strict.stop();
    }
  });
});
