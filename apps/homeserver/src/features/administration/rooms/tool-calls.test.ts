import { startHomeserver, type TestClient, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/**
 * What two tools ask of rooms, files and reports, with the bodies that they send, and what they read from the answers: synadm 0.49
 * (https://codeberg.org/synadm/synadm) and Ketesa 1.3 (https://github.com/etkecc/ketesa).
 */

let server: TestHomeserver;
let asAdmin: TestClient;
let asAnna: TestClient;
let asBernd: TestClient;
let office: string;
let events: readonly string[];
beforeAll(async () => {
  server = await startHomeserver({ settings: { administration: { mayReadRooms: true } } });
  asAdmin = server.as(await server.registerAdministrator('admin'));
  [asAnna, asBernd] = [server.as(await server.register('anna')), server.as(await server.register('bernd'))];
  office = await asAnna.createRoom({
    preset: 'public_chat',
    name: 'Amt',
    room_alias_name: 'amt',
    visibility: 'public',
  });
  await asBernd.join(office);
  const sent: string[] = [];
  for (const text of ['eins', 'zwei', 'drei']) sent.push(await asAnna.send(office, text));
  events = sent;
});
afterAll(async () => server.stop());

const v1 = (rest: string): string => `/_synapse/admin/v1/${rest}`;
const v2 = (rest: string): string => `/_synapse/admin/v2/${rest}`;
const q = encodeURIComponent;

const text = expect.any(String);
const count = expect.any(Number);
const flag = expect.any(Boolean);

const upload = async (client: TestClient, body: string): Promise<string> =>
  (await client.post<{ content_uri: string }>('/_matrix/media/v3/upload', { body })).content_uri.slice('mxc://'.length);
const idOf = (address: string): string => address.slice(address.indexOf('/') + 1);

async function ended(path: string): Promise<unknown> {
  let status: unknown;
  await expect
    .poll(async () => (status = (await asAdmin.get<{ status: string }>(path)).status), { timeout: 10_000 })
    .toBe('complete');
  return status;
}

describe('both tools', () => {
  test('ask who they talk to', async () => {
    expect(await asAdmin.get(v1('server_version'))).toEqual({ server_version: expect.stringMatching(/^\d+\.\d+/) });
  });

  test('list rooms with everything that their tables show', async () => {
    const row = {
      room_id: text,
      name: 'Amt',
      canonical_alias: '#amt:test.example',
      joined_members: 2,
      joined_local_members: 2,
      version: text,
      creator: text,
      encryption: null,
      federatable: flag,
      public: true,
      join_rules: 'public',
      guest_access: 'forbidden',
      history_visibility: 'shared',
      state_events: count,
      room_type: null,
    };
    for (const query of [
      'from=0&limit=100',
      'from=0&limit=100&search_term=Amt&order_by=joined_members&dir=b&empty_rooms=false',
      'from=0&limit=10&order_by=name&dir=f&public_rooms=true',
    ])
      expect(await asAdmin.get(v1(`rooms?${query}`))).toMatchObject({ rooms: [row], total_rooms: 1, offset: 0 });
    expect(await asAdmin.get(v1(`rooms/${q(office)}`))).toMatchObject({ ...row, topic: null, avatar: null });
    expect(await asAdmin.get(v1(`rooms/${q(office)}/members`))).toMatchObject({ members: [text, text], total: 2 });
    const { state } = await asAdmin.get<{ state: { type: string; content: object }[] }>(v1(`rooms/${q(office)}/state`));
    expect(state.find(({ type }) => type === 'm.room.power_levels')?.content).toHaveProperty('users');
    for (const event of state)
      expect(event).toMatchObject({ event_id: text, state_key: text, sender: text, origin_server_ts: count });
  });

  test('block rooms, and bring people into them', async () => {
    const room = v1(`rooms/${q(office)}/block`);
    expect(await asAdmin.put(room, { block: true })).toEqual({ block: true });
    expect(await asAdmin.get(room)).toEqual({ block: true, user_id: text });
    expect(await asAdmin.put(room, { block: false })).toEqual({ block: false });
    expect(await asAdmin.post(v1(`join/${q('#amt:test.example')}`), { user_id: '@bernd:test.example' })).toEqual({
      room_id: office,
    });
    expect(await asAdmin.post(v1(`rooms/${q(office)}/make_room_admin`), { user_id: '@bernd:test.example' })).toEqual(
      {},
    );
    // Without somebody named.
    expect(await asAdmin.post(v1(`rooms/${q(office)}/make_room_admin`), {})).toEqual({});
  });

  test('protect files, put them into quarantine and remove them', async () => {
    const [one, two] = [await upload(asAnna, 'eins'), await upload(asBernd, 'zwei')];
    await asAnna.put(`/rooms/${q(office)}/send/m.room.message/file`, {
      msgtype: 'm.file',
      body: 'x',
      url: `mxc://${one}`,
    });
    expect(await asAdmin.get(v1(`room/${q(office)}/media`))).toEqual({ local: [`mxc://${one}`], remote: [] });
    for (const action of ['protect', 'unprotect'])
      expect(await asAdmin.post(v1(`media/${action}/${idOf(one)}`))).toEqual({});
    for (const action of ['quarantine', 'unquarantine'])
      expect(await asAdmin.post(v1(`media/${action}/${one}`))).toEqual({});
    expect(await asAdmin.post(v1(`room/${q(office)}/media/quarantine`), {})).toEqual({ num_quarantined: 1 });
    expect(await asAdmin.post(v1(`user/${q('@bernd:test.example')}/media/quarantine`), {})).toEqual({
      num_quarantined: 1,
    });
    expect(await asAdmin.delete(v1(`media/${two}`), {})).toEqual({ deleted_media: [idOf(two)], total: 1 });
    expect(await asAdmin.post(v1('media/delete?before_ts=1&size_gt=1024&keep_profiles=true'), {})).toEqual({
      deleted_media: [],
      total: 0,
    });
    expect(await asAdmin.post(v1('purge_media_cache?before_ts=1'), {})).toEqual({ deleted: 0 });
  });

  test('purge history and ask what came of it', async () => {
    const purge = v1(`purge_history/${q(office)}`);
    for (const body of [
      { delete_local_events: true, purge_up_to_event_id: events[1] },
      { delete_local_events: false, purge_up_to_ts: 1 },
    ]) {
      const { purge_id: id } = await asAdmin.post<{ purge_id: string }>(purge, body);
      expect(await ended(v1(`purge_history_status/${q(id)}`))).toBe('complete');
    }
  });
});

describe('synadm', () => {
  test('deletes rooms by either version, and asks what came of it by room and by task', async () => {
    const [first, second] = [await asAnna.createRoom(), await asAnna.createRoom()];
    expect(await asAdmin.delete(v1(`rooms/${q(first)}`), { block: false, purge: true })).toEqual({
      kicked_users: ['@anna:test.example'],
      failed_to_kick_users: [],
      local_aliases: [],
      new_room_id: null,
    });
    const body = { block: true, purge: true, new_room_user_id: '@admin:test.example', room_name: 'x', message: 'y' };
    const { delete_id: id } = await asAdmin.delete<{ delete_id: string }>(v2(`rooms/${q(second)}`), body);
    expect(await ended(v2(`rooms/delete_status/${q(id)}`))).toBe('complete');
    expect(await asAdmin.get(v2(`rooms/${q(second)}/delete_status`))).toMatchObject({
      results: [{ delete_id: id, status: 'complete', shutdown_room: { new_room_id: text } }],
    });
  });

  test('finds the empty rooms by their smallest number of members', async () => {
    const empty = await asAnna.createRoom();
    await asAnna.post(`/rooms/${q(empty)}/leave`);
    const query = 'from=0&limit=100&order_by=joined_local_members&dir=b';
    const { rooms } = await asAdmin.get<{ rooms: { room_id: string; joined_local_members: number }[] }>(
      v1(`rooms?${query}`),
    );
    expect(rooms[0]).toMatchObject({ room_id: empty, joined_local_members: 0 });
  });
});

describe('Ketesa', () => {
  test('reads around in a room', async () => {
    const room = `rooms/${q(office)}`;
    const event = { event_id: text, type: text, room_id: office, sender: text, origin_server_ts: count };
    const at = await asAdmin.get<{ event_id: string }>(
      v1(`${room}/timestamp_to_event?ts=${server.clock.nowMs()}&dir=b`),
    );
    expect(at).toEqual({ event_id: text, origin_server_ts: count });
    const context = await asAdmin.get<{ start: string; end: string }>(
      v1(`${room}/context/${q(events[2] ?? '')}?limit=5`),
    );
    expect(context).toMatchObject({ event, events_before: expect.any(Array), events_after: expect.any(Array) });
    // It goes on from the ends of the context in both directions.
    for (const [from, dir] of [
      [context.start, 'b'],
      [context.end, 'f'],
    ] as const)
      expect(await asAdmin.get(v1(`${room}/messages?from=${q(from)}&limit=5&dir=${dir}`))).toMatchObject({
        chunk: expect.any(Array),
        start: text,
      });
    expect(await asAdmin.get(v1(`fetch_event/${q(events[2] ?? '')}`))).toMatchObject({
      event: { ...event, content: { body: 'drei' } },
    });
    expect(await asAdmin.get(v1(`${room}/hierarchy?limit=50&max_depth=1`))).toMatchObject({
      rooms: [{ room_id: office, num_joined_members: count, guest_can_join: flag, children_state: [] }],
    });
    const ends = await asAdmin.get<{ count: number }>(v1(`${room}/forward_extremities`));
    expect(ends).toEqual({
      count: 1,
      results: [{ event_id: text, state_group: count, depth: count, received_ts: count }],
    });
    expect(await asAdmin.delete(v1(`${room}/forward_extremities`))).toEqual({ deleted: 0 });
  });

  test('deletes a room and looks at the task', async () => {
    const doomed = await asAnna.createRoom();
    const body = { block: false, purge: true, force_purge: false };
    const { delete_id: id } = await asAdmin.delete<{ delete_id: string }>(v2(`rooms/${q(doomed)}`), body);
    await ended(v2(`rooms/delete_status/${q(id)}`));
    const { scheduled_tasks: tasks } = await asAdmin.get<{ scheduled_tasks: { id: string }[] }>(
      v1('scheduled_tasks?from=0&limit=10&order_by=id&dir=f&status=complete'),
    );
    expect(tasks.find((task) => task.id === id)).toMatchObject({
      action: text,
      status: 'complete',
      timestamp_ms: count,
      resource_id: doomed,
    });
  });

  test('sends actions without a body', async () => {
    const address = await upload(asAnna, 'ohne');
    const post = async (path: string): Promise<number> =>
      (
        await fetch(`${server.baseUrl}${v1(path)}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
        })
      ).status;
    const { access_token: adminToken } = await server.anonymous.post<{ access_token: string }>('/login', {
      type: 'm.login.password',
      identifier: { type: 'm.id.user', user: 'admin' },
      password: 'admin-password-1',
    });
    for (const path of [
      `media/protect/${idOf(address)}`,
      `media/unprotect/${idOf(address)}`,
      `media/quarantine/${address}`,
      `media/unquarantine/${address}`,
      'media/delete?before_ts=1&size_gt=0&keep_profiles=true',
      'purge_media_cache?before_ts=1',
    ])
      expect(await post(path)).toBe(200);
    expect(await post('federation/destinations/elsewhere.example/reset_connection')).toBe(404);
  });

  test('works through reports', async () => {
    await asBernd.post(`/rooms/${q(office)}/report/${q(events[2] ?? '')}`, { reason: 'x' });
    await asBernd.post(`/users/${q('@anna:test.example')}/report`, { reason: 'y' });
    const page = 'from=0&limit=10&order_by=received_ts&dir=b';
    const report = { id: count, received_ts: count, user_id: '@bernd:test.example', reason: text };
    const about = { room_id: office, name: 'Amt', event_id: events[2], sender: '@anna:test.example' };
    const ofEvents = await asAdmin.get<{ event_reports: { id: number }[] }>(v1(`event_reports?${page}`));
    expect(ofEvents).toMatchObject({ event_reports: [{ ...report, ...about }], total: 1 });
    const one = v1(`event_reports/${ofEvents.event_reports[0]?.id}`);
    expect(await asAdmin.get(one)).toMatchObject({ ...report, ...about, event_json: { content: { body: 'drei' } } });
    expect(await asAdmin.delete(one)).toEqual({});
    const ofPeople = await asAdmin.get<{ user_reports: { id: number }[] }>(v1(`user_reports?${page}`));
    expect(ofPeople).toMatchObject({ user_reports: [{ ...report, target_user_id: '@anna:test.example' }], total: 1 });
    expect(await asAdmin.delete(v1(`user_reports/${ofPeople.user_reports[0]?.id}`))).toEqual({});
  });

  test('shows statistics and destinations', async () => {
    expect(await asAdmin.get(v1('statistics/database/rooms'))).toEqual({ rooms: expect.any(Array) });
    expect(await asAdmin.get(v1('federation/destinations?from=0&limit=10&order_by=destination&dir=f'))).toEqual({
      destinations: [],
      total: 0,
    });
  });
});
