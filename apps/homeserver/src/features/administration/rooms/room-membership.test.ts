import { startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let server: TestHomeserver;
let admin: TestUser;
let asAdmin: TestClient;
let asAnna: TestClient;
let bernd: TestUser;
let asBernd: TestClient;
beforeAll(async () => {
  server = await startHomeserver();
  admin = await server.registerAdministrator('admin');
  bernd = await server.register('bernd');
  [asAdmin, asAnna, asBernd] = [server.as(admin), server.as(await server.register('anna')), server.as(bernd)];
});
afterAll(async () => server.stop());

const promote = (roomId: string): string => `/_synapse/admin/v1/rooms/${encodeURIComponent(roomId)}/make_room_admin`;
const bring = (roomId: string): string => `/_synapse/admin/v1/join/${encodeURIComponent(roomId)}`;
const state = async <Content>(roomId: string, type: string, key = ''): Promise<Content> =>
  asAnna.get(`/rooms/${encodeURIComponent(roomId)}/state/${type}/${encodeURIComponent(key)}`);
const levelsOf = async (roomId: string) => (await state<{ users: object }>(roomId, 'm.room.power_levels')).users;
const actionsOn = async (target: string): Promise<string[]> =>
  (
    await asAdmin.get<{ entries: { action: string }[] }>(
      `/_stafette/admin/v1/audit?target=${encodeURIComponent(target)}`,
    )
  ).entries.map(({ action }) => action);

describe('making somebody the administrator of a room', () => {
  test.each([
    ['12', 100],
    ['11', 100],
  ])('gives them the power there is, in version %s', async (version, level) => {
    const roomId = await asAnna.createRoom({ room_version: version });
    expect(await asAdmin.post(promote(roomId), { user_id: bernd.userId })).toEqual({});
    expect(await levelsOf(roomId)).toMatchObject({ [bernd.userId]: level });
    expect(await state(roomId, 'm.room.member', bernd.userId)).toMatchObject({ membership: 'invite' });
    await asBernd.join(roomId);
    await asBernd.put(`/rooms/${encodeURIComponent(roomId)}/state/m.room.name`, { name: 'Neu' });
    // Nothing is left to give.
    expect(await asAdmin.post(promote(roomId), { user_id: bernd.userId })).toEqual({});
    expect(await actionsOn(roomId)).toEqual(['room.make-admin', 'room.make-admin']);
  });

  test('means the one who asks, by an alias too, and invites nobody to an open room', async () => {
    const roomId = await asAnna.createRoom({ preset: 'public_chat', room_alias_name: 'offen' });
    await asAdmin.post(promote('#offen:test.example'));
    expect(await levelsOf(roomId)).toMatchObject({ [admin.userId]: 100 });
    expect(
      (await asAnna.try('GET', `/rooms/${encodeURIComponent(roomId)}/state/m.room.member/${admin.userId}`)).status,
    ).toBe(404);
    expect(await actionsOn(admin.userId)).toContain('user.make-room-admin');
  });

  test('is refused where nobody has power to give, and for people who are not here', async () => {
    const roomId = await asAnna.createRoom({ preset: 'public_chat' });
    await asBernd.join(roomId);
    await asAnna.post(`/rooms/${encodeURIComponent(roomId)}/leave`);
    expect(await asAdmin.try('POST', promote(roomId), {})).toMatchObject({
      status: 400,
      body: { errcode: 'M_BAD_STATE' },
    });
    const own = await asAnna.createRoom();
    for (const [userId, status] of [
      ['@nobody:test.example', 404],
      ['@bernd:elsewhere.example', 400],
      ['bernd', 400],
    ] as const)
      expect((await asAdmin.try('POST', promote(own), { user_id: userId })).status).toBe(status);
    for (const room of ['!nowhere:test.example', '#nowhere:test.example'])
      expect((await asAdmin.try('POST', promote(room), {})).status).toBe(404);
    for (const room of ['nonsense', '#nonsense'])
      expect((await asAdmin.try('POST', promote(room), {})).status).toBe(400);
    expect(await asBernd.try('POST', promote(own), {})).toMatchObject({
      status: 403,
      body: { errcode: 'M_FORBIDDEN' },
    });
    expect(await levelsOf(own)).toEqual({});
  });
});

describe('bringing somebody into a room', () => {
  test('works where they may come in, or where the administrator may invite', async () => {
    const open = await asAnna.createRoom({ preset: 'public_chat' });
    expect(await asAdmin.post(bring(open), { user_id: bernd.userId })).toEqual({ room_id: open });
    const invited = await asAnna.createRoom({ invite: [bernd.userId] });
    await asAdmin.post(bring(invited), { user_id: bernd.userId });
    const own = await asAdmin.createRoom({ room_alias_name: 'leitung' });
    await asAdmin.post(bring('#leitung:test.example'), { user_id: bernd.userId });
    const { joined_rooms: joined } = await asBernd.get<{ joined_rooms: string[] }>('/joined_rooms');
    expect(joined).toEqual(expect.arrayContaining([open, invited, own]));
    expect(await actionsOn(open)).toEqual(['room.join-user']);
    expect(await asAdmin.post(bring(open), { user_id: bernd.userId })).toEqual({ room_id: open });
  });

  test('is refused for closed rooms, unknown ones, and people who are not here', async () => {
    const closed = await asAnna.createRoom();
    expect(await asAdmin.try('POST', bring(closed), { user_id: bernd.userId })).toMatchObject({
      status: 403,
      body: { errcode: 'M_FORBIDDEN' },
    });
    expect((await asAdmin.try('POST', bring('!nowhere:test.example'), { user_id: bernd.userId })).status).toBe(404);
    expect((await asAdmin.try('POST', bring('nonsense'), { user_id: bernd.userId })).status).toBe(400);
    for (const body of [{ user_id: '@nobody:test.example' }, { user_id: '@x:elsewhere.example' }, {}, { user_id: 1 }])
      expect((await asAdmin.try('POST', bring(closed), body)).status).toBeGreaterThanOrEqual(400);
    expect((await asAnna.try('POST', bring(closed), { user_id: bernd.userId })).status).toBe(403);
  });
});

describe('the ends of a room', () => {
  test('are listed, and never too many', async () => {
    const roomId = await asAnna.createRoom({ preset: 'public_chat', room_alias_name: 'enden' });
    const eventId = await asAnna.send(roomId, 'letztes');
    for (const name of [roomId, '#enden:test.example']) {
      const path = `/_synapse/admin/v1/rooms/${encodeURIComponent(name)}/forward_extremities`;
      expect(await asAdmin.get(path)).toEqual({
        count: 1,
        results: [
          {
            event_id: eventId,
            depth: expect.any(Number),
            state_group: expect.any(Number),
            received_ts: server.clock.nowMs(),
          },
        ],
      });
      expect(await asAdmin.delete(path)).toEqual({ deleted: 0 });
      for (const method of ['GET', 'DELETE'] as const) expect((await asAnna.try(method, path)).status).toBe(403);
    }
    const nowhere = `/_synapse/admin/v1/rooms/${encodeURIComponent('!nowhere:test.example')}/forward_extremities`;
    for (const method of ['GET', 'DELETE'] as const) expect((await asAdmin.try(method, nowhere)).status).toBe(404);
  });
});
