import { startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

interface World {
  readonly server: TestHomeserver;
  readonly admin: TestUser;
  readonly asAdmin: TestClient;
  readonly asAnna: TestClient;
  readonly roomId: string;
  readonly eventId: string;
  readonly paths: readonly string[];
}

/** A closed room of Anna's, and every address by which an administrator could read in it. */
async function open(mayReadRooms: boolean): Promise<World> {
  const server = await startHomeserver({ settings: { administration: { mayReadRooms } } });
  const admin = await server.registerAdministrator('admin');
  const asAnna = server.as(await server.register('anna'));
  const roomId = await asAnna.createRoom({ name: 'Personalrat' });
  await asAnna.send(roomId, 'eins');
  const eventId = await asAnna.send(roomId, 'vertraulich');
  const v1 = '/_synapse/admin/v1';
  const room = `${v1}/rooms/${encodeURIComponent(roomId)}`;
  const paths = [
    `${room}/state`,
    `${room}/messages?dir=b`,
    `${room}/context/${encodeURIComponent(eventId)}`,
    `${room}/timestamp_to_event?ts=0`,
    `${v1}/fetch_event/${encodeURIComponent(eventId)}`,
  ];
  return { server, admin, asAdmin: server.as(admin), asAnna, roomId, eventId, paths };
}

interface Entry {
  readonly actor: string;
  readonly action: string;
  readonly reason?: string;
}
const readingsOf = async ({ asAdmin, roomId }: World): Promise<Entry[]> =>
  (
    await asAdmin.get<{ entries: Entry[] }>(`/_stafette/admin/v1/audit?target=${encodeURIComponent(roomId)}`)
  ).entries.filter(({ action }) => action.startsWith('room.read-'));

const withReason = (path: string, reason: string): string =>
  `${path}${path.includes('?') ? '&' : '?'}reason=${encodeURIComponent(reason)}`;

describe('administrators who may read rooms', () => {
  let world: World;
  beforeAll(async () => {
    world = await open(true);
  });
  afterAll(async () => world.server.stop());
  const at = (rest: string) => `/_synapse/admin/v1/rooms/${encodeURIComponent(world.roomId)}${rest}`;

  test('see state, messages and events of a room that they are not in', async () => {
    const { asAdmin, asAnna, eventId, roomId } = world;
    const { state } = await asAdmin.get<{ state: { type: string }[] }>(at('/state'));
    expect(state.map(({ type }) => type)).toContain('m.room.power_levels');
    expect(await asAdmin.get(at('/state?type=m.room.name'))).toMatchObject({
      state: [{ type: 'm.room.name', state_key: '', content: { name: 'Personalrat' }, room_id: roomId }],
    });
    const page = await asAdmin.get<{ chunk: { content: { body?: string } }[]; end: string }>(
      at('/messages?dir=b&limit=2'),
    );
    expect(page.chunk.map(({ content }) => content.body)).toEqual(['vertraulich', 'eins']);
    expect(await asAdmin.get(at(`/messages?from=${page.end}&dir=b&limit=1`))).toMatchObject({ chunk: [{}] });
    expect(await asAdmin.get(at('/messages?limit=1'))).toMatchObject({ chunk: [{ type: 'm.room.create' }] });
    expect(await asAdmin.get(at(`/context/${encodeURIComponent(eventId)}?limit=2`))).toMatchObject({
      event: { event_id: eventId },
      events_before: [{ content: { body: 'eins' } }],
    });
    expect(await asAdmin.get(at(`/timestamp_to_event?ts=${world.server.clock.nowMs()}&dir=b`))).toMatchObject({
      event_id: eventId,
      origin_server_ts: world.server.clock.nowMs(),
    });
    expect(await asAdmin.get(`/_synapse/admin/v1/fetch_event/${encodeURIComponent(eventId)}`)).toMatchObject({
      event: {
        event_id: eventId,
        room_id: roomId,
        content: { body: 'vertraulich' },
        hashes: {},
        signatures: {},
        depth: expect.any(Number),
      },
    });
    // What members left out for themselves.
    await asAdmin.put(`/user/${encodeURIComponent(world.admin.userId)}/account_data/m.ignored_user_list`, {
      ignored_users: { '@anna:test.example': {} },
    });
    expect(await asAdmin.get(at('/messages?dir=b&limit=1'))).toMatchObject({
      chunk: [{ content: { body: 'vertraulich' } }],
    });
    expect(
      (await asAnna.get<{ joined: object }>(`/rooms/${encodeURIComponent(roomId)}/joined_members`)).joined,
    ).toEqual({ '@anna:test.example': { display_name: 'anna', avatar_url: null } });
  });

  test('are on record with what they read and why', async () => {
    const { asAdmin, admin, paths } = world;
    const before = (await readingsOf(world)).length;
    for (const path of paths) await asAdmin.get(withReason(path, 'Az. 12/34'));
    const entries = await readingsOf(world);
    expect(
      entries.slice(0, entries.length - before).map(({ actor, action, reason }) => [actor, action, reason]),
    ).toEqual(
      ['event', 'times', 'context', 'messages', 'state'].map((what) => [
        admin.userId,
        `room.read-${what}`,
        'Az. 12/34',
      ]),
    );
  });

  test('are told what is not there or makes no sense', async () => {
    const { asAdmin, eventId } = world;
    const elsewhere = encodeURIComponent('!nowhere:test.example');
    for (const rest of [
      'state',
      'messages',
      `context/${encodeURIComponent(eventId)}`,
      'timestamp_to_event?ts=0',
      'hierarchy',
    ])
      expect(await asAdmin.try('GET', `/_synapse/admin/v1/rooms/${elsewhere}/${rest}`)).toMatchObject({
        status: 404,
        body: { errcode: 'M_NOT_FOUND' },
      });
    for (const path of [
      at('/context/$none'),
      '/_synapse/admin/v1/fetch_event/$none',
      at('/timestamp_to_event?ts=-1&dir=b'),
    ])
      expect((await asAdmin.try('GET', path)).status).toBe(404);
    for (const path of [
      at('/messages?from=x'),
      at('/messages?dir=x'),
      at('/messages?limit=-1'),
      at('/messages?filter=['),
      at('/timestamp_to_event'),
      at(`/state?reason=${'x'.repeat(501)}`),
      '/_synapse/admin/v1/rooms/nonsense/state',
    ])
      expect((await asAdmin.try('GET', path)).status).toBe(400);
  });

  test('do not see what the room no longer keeps', async () => {
    const { asAdmin, asAnna, server } = world;
    const roomId = await asAnna.createRoom({
      initial_state: [{ type: 'm.room.retention', content: { max_lifetime: 1000 } }],
    });
    const eventId = await asAnna.send(roomId, 'kurz');
    const path = `/_synapse/admin/v1/fetch_event/${encodeURIComponent(eventId)}`;
    expect((await asAdmin.try('GET', path)).status).toBe(200);
    server.clock.advance(2000);
    expect((await asAdmin.try('GET', path)).status).toBe(404);
  });
});

describe('administrators who may not', () => {
  let world: World;
  beforeAll(async () => {
    world = await open(false);
  });
  afterAll(async () => world.server.stop());

  test('are refused everywhere, and read as members do where they are members', async () => {
    const { asAdmin, asAnna, admin, roomId, paths, eventId } = world;
    for (const path of paths)
      expect(await asAdmin.try('GET', path)).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } });
    expect(await readingsOf(world)).toEqual([]);
    await asAnna.put(`/rooms/${encodeURIComponent(roomId)}/state/m.room.history_visibility`, {
      history_visibility: 'joined',
    });
    await asAnna.send(roomId, 'davor');
    await asAnna.invite(roomId, admin.userId);
    await asAdmin.join(roomId);
    await asAnna.send(roomId, 'dabei');
    const [, messages = ''] = paths;
    const { chunk } = await asAdmin.get<{ chunk: { content: { body?: string } }[] }>(messages);
    expect(chunk.flatMap(({ content }) => content.body ?? [])).not.toContain('davor');
    expect(chunk.flatMap(({ content }) => content.body ?? [])).toContain('dabei');
    expect((await asAdmin.try('GET', `/_synapse/admin/v1/fetch_event/${encodeURIComponent(eventId)}`)).status).toBe(
      200,
    );
    expect((await readingsOf(world)).map(({ action }) => action)).toEqual(['room.read-event', 'room.read-messages']);
  });

  test('see the rooms below a space, as they see all rooms', async () => {
    const { asAdmin, asAnna, roomId } = world;
    const space = await asAnna.createRoom({ name: 'Amt', creation_content: { type: 'm.space' } });
    await asAnna.put(`/rooms/${encodeURIComponent(space)}/state/m.space.child/${encodeURIComponent(roomId)}`, {
      via: ['test.example'],
    });
    const path = `/_synapse/admin/v1/rooms/${encodeURIComponent(space)}/hierarchy`;
    expect(await asAdmin.get(path)).toMatchObject({
      rooms: [{ room_id: space, room_type: 'm.space', children_state: [{ state_key: roomId }] }, { room_id: roomId }],
    });
    const first = await asAdmin.get<{ next_batch: string }>(`${path}?limit=1`);
    expect(await asAdmin.get(`${path}?limit=1&from=${first.next_batch}`)).toMatchObject({
      rooms: [{ room_id: roomId }],
    });
    expect((await asAdmin.get<{ rooms: unknown[] }>(`${path}?max_depth=0`)).rooms).toHaveLength(1);
  });

  test('nobody else reads anything', async () => {
    for (const path of world.paths)
      expect(await world.asAnna.try('GET', path)).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } });
  });
});
