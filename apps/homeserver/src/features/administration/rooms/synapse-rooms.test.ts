import { startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let server: TestHomeserver;
let admin: TestUser;
let asAdmin: TestClient;
let anna: TestUser;
let asAnna: TestClient;
let asBernd: TestClient;
let office: string;
let garden: string;
beforeAll(async () => {
  server = await startHomeserver();
  admin = await server.registerAdministrator('admin');
  anna = await server.register('anna');
  [asAdmin, asAnna, asBernd] = [server.as(admin), server.as(anna), server.as(await server.register('bernd'))];
  office = await asAnna.createRoom({
    preset: 'public_chat',
    name: 'Amt',
    topic: 'Akten',
    room_alias_name: 'amt',
    visibility: 'public',
  });
  garden = await asAnna.createRoom({ name: 'Garten', room_version: '11' });
  await asBernd.join(office);
});
afterAll(async () => server.stop());

const base = '/_synapse/admin/v1/rooms';
const of = (roomId: string): string => `${base}/${encodeURIComponent(roomId)}`;

describe('administrators', () => {
  test('see all rooms in pages, in the order they ask for', async () => {
    const byName = await asAdmin.get<{ rooms: { room_id: string }[] }>(base);
    expect(byName).toMatchObject({ offset: 0, total_rooms: 2 });
    expect(byName.rooms.map(({ room_id }) => room_id)).toEqual([office, garden]);
    expect(await asAdmin.get(`${base}?order_by=joined_members&dir=b&limit=1`)).toMatchObject({
      rooms: [{ room_id: garden, name: 'Garten', joined_members: 1, version: '11', public: false }],
      total_rooms: 2,
      next_batch: 1,
    });
    expect(await asAdmin.get(`${base}?limit=1&from=1`)).toMatchObject({ rooms: [{ room_id: garden }], prev_batch: 0 });
    expect(await asAdmin.get(`${base}?search_term=GART`)).toMatchObject({ rooms: [{ room_id: garden }] });
    expect(await asAdmin.get(`${base}?search_term=%23amt`)).toMatchObject({ rooms: [{ room_id: office }] });
    expect(await asAdmin.get(`${base}?search_term=nirgends`)).toEqual({ rooms: [], offset: 0, total_rooms: 0 });
    expect(await asAdmin.get(`${base}?from=2`)).toEqual({ rooms: [], offset: 2, total_rooms: 2, prev_batch: 0 });
  });

  test('narrow the list down by what is in the id, by listing and by emptiness', async () => {
    const ids = async (query: string) =>
      (await asAdmin.get<{ rooms: { room_id: string }[] }>(`${base}?${query}`)).rooms.map(({ room_id }) => room_id);
    expect(await ids(`search_term=${encodeURIComponent(office.slice(3, 20))}`)).toEqual([office]);
    // The server's name is part of every alias.
    expect(await ids('search_term=test.example')).toEqual([garden]);
    expect(await ids('public_rooms=true')).toEqual([office]);
    expect(await ids('public_rooms=false')).toEqual([garden]);
    expect(await ids('empty_rooms=true')).toEqual([]);
    expect(await ids('empty_rooms=false&order_by=size')).toEqual([office, garden]);
    expect(await ids('search_term=')).toEqual([office, garden]);
    for (const query of ['public_rooms=x', 'empty_rooms=1', 'search_term=%00'])
      expect((await asAdmin.try('GET', `${base}?${query}`)).status).toBe(400);
  });

  test.each([
    'name',
    'canonical_alias',
    'joined_members',
    'joined_local_members',
    'version',
    'creator',
    'encryption',
    'federatable',
    'public',
    'join_rules',
    'guest_access',
    'history_visibility',
    'state_events',
  ])('can order rooms by %s', async (order) => {
    for (const dir of ['f', 'b'])
      expect(await asAdmin.get(`${base}?order_by=${order}&dir=${dir}`)).toMatchObject({ total_rooms: 2 });
  });

  test('see what a room says of itself, and who is in it', async () => {
    expect(await asAdmin.get(of(office))).toMatchObject({
      room_id: office,
      name: 'Amt',
      topic: 'Akten',
      avatar: null,
      canonical_alias: '#amt:test.example',
      joined_members: 2,
      joined_local_members: 2,
      creator: anna.userId,
      encryption: null,
      federatable: true,
      public: true,
      join_rules: 'public',
      guest_access: 'forbidden',
      history_visibility: 'shared',
      room_type: null,
    });
    expect(await asAdmin.get(`${of(office)}/members`)).toEqual({
      members: [anna.userId, '@bernd:test.example'],
      total: 2,
    });
  });

  test('see a room whose name is nothing to a database', async () => {
    const odd = await asAnna.createRoom({ initial_state: [{ type: 'm.room.name', content: { name: 'a\0b' } }] });
    expect(await asAdmin.get(of(odd))).toMatchObject({ room_id: odd, name: null });
  });

  test('are refused what is no room or no page', async () => {
    expect((await asAdmin.try('GET', of('!nowhere:test.example'))).status).toBe(404);
    expect((await asAdmin.try('GET', `${of('!nowhere:test.example')}/members`)).status).toBe(404);
    expect((await asAdmin.try('GET', of('nonsense'))).status).toBe(400);
    for (const query of ['limit=0', 'limit=501', 'from=-1', 'order_by=x', 'dir=x'])
      expect((await asAdmin.try('GET', `${base}?${query}`)).status).toBe(400);
  });

  test('see of one room who is in it with how many devices, and what replaced it', async () => {
    expect(await asAdmin.get(of(office))).toMatchObject({
      joined_local_devices: 2,
      forgotten: false,
      tombstoned: false,
      replacement_room: null,
    });
    const old = await asAnna.createRoom();
    const { replacement_room: replacement } = await asAnna.post<{ replacement_room: string }>(
      `/rooms/${encodeURIComponent(old)}/upgrade`,
      { new_version: '12' },
    );
    for (const roomId of [old, replacement]) await asAnna.post(`/rooms/${encodeURIComponent(roomId)}/leave`);
    await asAnna.post(`/rooms/${encodeURIComponent(old)}/forget`);
    expect(await asAdmin.get(of(old))).toMatchObject({
      forgotten: true,
      tombstoned: true,
      replacement_room: replacement,
    });
    expect(await asAdmin.get(of(replacement))).toMatchObject({ forgotten: false, tombstoned: false });
    expect((await asAdmin.get<{ rooms: unknown[] }>(`${base}?empty_rooms=true`)).rooms).toHaveLength(2);
  });
});

describe('a blocked room', () => {
  test('lets nobody in by any way, keeps those inside, and opens again', async () => {
    const clara = await server.register('clara');
    const asClara = server.as(clara);
    expect(await asAdmin.put(`${of(office)}/block`, { block: true })).toEqual({ block: true });
    expect(await asAdmin.get(`${of(office)}/block`)).toEqual({ block: true, user_id: admin.userId });
    const refused = { status: 403, body: { errcode: 'M_FORBIDDEN', error: 'This room is blocked on this server' } };
    const room = `/rooms/${encodeURIComponent(office)}`;
    expect(await asClara.try('POST', `${room}/join`, {})).toMatchObject(refused);
    expect(
      await asClara.try('PUT', `${room}/state/m.room.member/${encodeURIComponent(clara.userId)}`, {
        membership: 'join',
      }),
    ).toMatchObject({ status: 403 });
    expect(await asAnna.try('POST', `${room}/invite`, { user_id: clara.userId })).toMatchObject(refused);
    expect(
      await asAnna.try('PUT', `/directory/room/${encodeURIComponent('#zwei:test.example')}`, { room_id: office }),
    ).toMatchObject(refused);
    await asBernd.send(office, 'Wir bleiben');
    await asBernd.put(`/profile/${encodeURIComponent('@bernd:test.example')}/displayname`, { displayname: 'B.' });
    await asAdmin.put(`${of(office)}/block`, { block: false });
    expect(await asAdmin.get(`${of(office)}/block`)).toEqual({ block: false });
    await asClara.join(office);
    const { entries } = await asAdmin.get<{ entries: { action: string }[] }>(
      `/_stafette/admin/v1/audit?target=${encodeURIComponent(office)}`,
    );
    expect(entries.map(({ action }) => action)).toEqual(['room.unblock', 'room.block']);
  });

  test('stays blocked when the server starts again', async () => {
    await asAdmin.put(`${of(garden)}/block`, { block: true });
    await server.server.close();
    const again = await startHomeserver({ after: server });
    expect(await again.as(admin).get(`${of(garden)}/block`)).toMatchObject({ block: true });
    server = again;
  });
});

test('nobody else sees or changes any of it', async () => {
  const asOwner = server.as(anna);
  const refused = { status: 403, body: { errcode: 'M_FORBIDDEN' } };
  for (const path of [base, of(office), `${of(office)}/members`, `${of(office)}/block`])
    expect(await asOwner.try('GET', path)).toMatchObject(refused);
  expect(await asOwner.try('PUT', `${of(office)}/block`, { block: true })).toMatchObject(refused);
});
