import { startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let server: TestHomeserver;
let [anna, bernd, carla]: TestUser[] = [];
let [asAnna, asBernd, asCarla]: TestClient[] = [];
const set = <T>(value: T | undefined): T => value ?? expect.unreachable();
beforeAll(async () => {
  server = await startHomeserver();
  [anna, bernd, carla] = [
    await server.register('anna'),
    await server.register('bernd'),
    await server.register('carla'),
  ];
  [asAnna, asBernd, asCarla] = [anna, bernd, carla].map((user) => server.as(user));
});
afterAll(async () => server.stop());

const room = (roomId: string, rest: string): string => `/rooms/${encodeURIComponent(roomId)}${rest}`;
const membershipOf = async (roomId: string, user: TestUser | undefined): Promise<unknown> =>
  (await set(asAnna).try('GET', room(roomId, `/state/m.room.member/${encodeURIComponent(set(user).userId)}`))).body[
    'membership'
  ];

describe('an invitation', () => {
  test('lets somebody in, can be declined and can be withdrawn', async () => {
    const roomId = await set(asAnna).createRoom();
    const invite = async () => set(asAnna).invite(roomId, set(bernd).userId);
    expect((await set(asBernd).try('POST', room(roomId, '/join'))).status).toBe(403);
    await invite();
    await set(asBernd).post(room(roomId, '/leave'), { reason: null });
    expect(await membershipOf(roomId, bernd)).toBe('leave');
    await invite();
    await set(asAnna).post(room(roomId, '/kick'), { user_id: set(bernd).userId });
    expect((await set(asBernd).try('POST', room(roomId, '/join'))).status).toBe(403);
    await invite();
    await set(asBernd).post(room(roomId, '/join'));
    expect(await membershipOf(roomId, bernd)).toBe('join');
    expect((await set(asAnna).try('POST', room(roomId, '/invite'), { user_id: set(bernd).userId })).status).toBe(403);
  });
});

describe('a member', () => {
  test('comes in with what they want to say of themselves, and with the profile of their account', async () => {
    const { userId } = set(bernd);
    for (const path of [(roomId: string) => room(roomId, '/join'), (id: string) => `/join/${encodeURIComponent(id)}`]) {
      const roomId = await set(asAnna).createRoom({ preset: 'public_chat' });
      await set(asBernd).post(path(roomId), {
        'example.seat': 7,
        reason: 'curious',
        membership: 'ban',
        displayname: 'Anna',
        join_authorised_via_users_server: set(anna).userId,
      });
      expect(await set(asAnna).get(room(roomId, `/state/m.room.member/${encodeURIComponent(userId)}`))).toEqual({
        'example.seat': 7,
        reason: 'curious',
        membership: 'join',
        displayname: 'bernd',
      });
    }
  });

  test('can be kicked and banned by those above them, and not by others', async () => {
    const roomId = await set(asAnna).createRoom({ preset: 'public_chat' });
    await set(asBernd).join(roomId);
    await set(asCarla).join(roomId);
    const act = async (client: TestClient | undefined, action: string, user: TestUser | undefined) =>
      (await set(client).try('POST', room(roomId, `/${action}`), { user_id: set(user).userId, reason: 'because' }))
        .status;
    expect(await act(asBernd, 'kick', carla)).toBe(403);
    expect(await act(asAnna, 'kick', carla)).toBe(200);
    expect(await act(asAnna, 'kick', carla)).toBe(403);
    await set(asCarla).join(roomId);
    expect(await act(asBernd, 'ban', carla)).toBe(403);
    expect(await act(asAnna, 'ban', carla)).toBe(200);
    expect((await set(asCarla).try('POST', room(roomId, '/join'))).status).toBe(403);
    expect(await act(asBernd, 'unban', carla)).toBe(403);
    expect(await act(asAnna, 'unban', carla)).toBe(200);
    expect(await set(asAnna).try('POST', room(roomId, '/unban'), { user_id: set(carla).userId })).toMatchObject({
      status: 403,
      body: { errcode: 'M_BAD_STATE' },
    });
    await set(asCarla).join(roomId);
    expect((await set(asCarla).get<{ joined_rooms: string[] }>('/joined_rooms')).joined_rooms).toContain(roomId);
  });

  test('who left can forget the room, which then is as if it did not exist', async () => {
    const roomId = await set(asAnna).createRoom({ preset: 'public_chat' });
    await set(asBernd).join(roomId);
    expect((await set(asBernd).try('POST', room(roomId, '/forget'))).status).toBe(400);
    await set(asBernd).post(room(roomId, '/leave'));
    expect((await set(asBernd).try('GET', room(roomId, '/messages?dir=b'))).status).toBe(200);
    await set(asBernd).post(room(roomId, '/forget'));
    expect((await set(asBernd).try('GET', room(roomId, '/messages?dir=b'))).status).toBe(403);
    await set(asBernd).join(roomId);
    expect((await set(asBernd).try('GET', room(roomId, '/messages?dir=b'))).status).toBe(200);
  });
});

describe('a knock', () => {
  test('is heard where the join rule says so', async () => {
    const roomId = await set(asAnna).createRoom();
    expect((await set(asBernd).try('POST', `/knock/${encodeURIComponent(roomId)}`)).status).toBe(403);
    await set(asAnna).put(room(roomId, '/state/m.room.join_rules'), { join_rule: 'knock' });
    await set(asBernd).post(`/knock/${encodeURIComponent(roomId)}`, { reason: 'please' });
    expect(await membershipOf(roomId, bernd)).toBe('knock');
    await set(asAnna).invite(roomId, set(bernd).userId);
    await set(asBernd).join(roomId);
    expect(await membershipOf(roomId, bernd)).toBe('join');
  });
});

describe('a restricted room', () => {
  test('lets in the members of another room, authorised by somebody who may invite', async () => {
    const space = await set(asAnna).createRoom({ preset: 'public_chat' });
    const roomId = await set(asAnna).createRoom({
      power_level_content_override: { invite: 50 },
      initial_state: [
        {
          type: 'm.room.join_rules',
          content: { join_rule: 'restricted', allow: [{ type: 'm.room_membership', room_id: space }] },
        },
      ],
    });
    expect((await set(asBernd).try('POST', room(roomId, '/join'))).status).toBe(403);
    const forged = { membership: 'join', join_authorised_via_users_server: set(anna).userId };
    const own = `/state/m.room.member/${encodeURIComponent(set(bernd).userId)}`;
    expect((await set(asBernd).try('PUT', room(roomId, own), forged)).status).toBe(403);
    await set(asBernd).join(space);
    await set(asBernd).join(roomId);
    expect(await set(asAnna).get(room(roomId, own))).toMatchObject({
      join_authorised_via_users_server: set(anna).userId,
    });
    const renamed = { membership: 'join', displayname: 'Bernhard' };
    await set(asBernd).put(room(roomId, own), { ...renamed, join_authorised_via_users_server: 'of no use' });
    expect(await set(asAnna).get(room(roomId, own))).toEqual({
      ...renamed,
      join_authorised_via_users_server: set(anna).userId,
    });
    await set(asAnna).post(room(roomId, '/leave'));
    await set(asCarla).join(space);
    expect((await set(asCarla).try('POST', room(roomId, '/join'))).body['errcode']).toBe('M_UNABLE_TO_AUTHORISE_JOIN');
  });
});
