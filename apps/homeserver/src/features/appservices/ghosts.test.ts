import { passwordOf, startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registrationOf } from './testing/test-service.ts';

let homeserver: TestHomeserver;
let anna: TestUser;
let annas: TestClient;
let count = 0;

const asService = (id = 'bridge'): TestClient => homeserver.as({ accessToken: `${id}-as-token` });
const masked = (path: string, userId: string, deviceId?: string): string => {
  const query = new URLSearchParams({ user_id: userId, ...(deviceId === undefined ? {} : { device_id: deviceId }) });
  return `${path}${path.includes('?') ? '&' : '?'}${query.toString()}`;
};
const GHOST_LOGIN = { type: 'm.login.application_service' };

async function makeGhost(): Promise<string> {
  count += 1;
  const body = { ...GHOST_LOGIN, username: `_bridge_${count}`, inhibit_login: true };
  return (await asService().post<{ user_id: string }>('/register', body)).user_id;
}

beforeAll(async () => {
  homeserver = await startHomeserver({
    features: { rateLimits: true },
    settings: {
      appservices: [
        registrationOf('bridge', null),
        registrationOf('limited', null, { rate_limited: true }),
        registrationOf('watcher', null, {
          namespaces: { users: [{ regex: '@.*', exclusive: false }], aliases: [], rooms: [] },
        }),
      ],
    },
  });
  anna = await homeserver.register('anna');
  annas = homeserver.as(anna);
});
afterAll(async () => homeserver.stop());

describe('the token of a service', () => {
  test('makes it its sender, or one of its users, and nobody else', async () => {
    const ghost = await makeGhost();
    expect(await asService().get('/account/whoami')).toEqual({ user_id: '@_bridge_bot:test.example', is_guest: false });
    expect(await asService().get(masked('/account/whoami', ghost))).toEqual({ user_id: ghost, is_guest: false });
    for (const userId of [anna.userId, '@_limited_bot:test.example', '@_bridge_1:other.example', 'nonsense']) {
      const { status, body } = await asService().try('GET', masked('/account/whoami', userId));
      expect([userId, status, body['errcode']]).toEqual([userId, 403, 'M_FORBIDDEN']);
    }
    expect((await asService().try('GET', masked('/account/whoami', '@_bridge_nobody:test.example'))).status).toBe(403);
    // The parameter is nothing to somebody who is no service.
    expect(await annas.get(masked('/account/whoami', ghost))).toMatchObject({ user_id: anna.userId });
    expect((await homeserver.as({ accessToken: 'bridge-hs-token' }).try('GET', '/account/whoami')).status).toBe(401);
  });

  test('is good for devices of its users, under both names, and for no others', async () => {
    const ghost = await makeGhost();
    expect((await asService().try('PUT', masked('/devices/DEVICE', ghost), { display_name: 'Bridge' })).status).toBe(
      201,
    );
    expect((await asService().try('PUT', masked('/devices/DEVICE', ghost), { display_name: 'Other' })).status).toBe(
      200,
    );
    expect(await asService().get(masked('/account/whoami', ghost, 'DEVICE'))).toMatchObject({ device_id: 'DEVICE' });
    expect(
      await asService().get(`${masked('/account/whoami', ghost)}&org.matrix.msc3202.device_id=DEVICE`),
    ).toMatchObject({ device_id: 'DEVICE' });
    expect(await asService().try('GET', masked('/account/whoami', ghost, 'UNKNOWN'))).toMatchObject({
      status: 400,
      body: { errcode: 'M_UNKNOWN_DEVICE' },
    });
    await asService().delete(masked('/devices/DEVICE', ghost), {});
    expect((await asService().try('GET', masked('/account/whoami', ghost, 'DEVICE'))).status).toBe(400);
    expect((await annas.try('PUT', '/devices/MADEUP', {})).status).toBe(404);
  });

  test('is no administrator’s, whomever the service acts as', async () => {
    const administrator = await homeserver.registerAdministrator('administrator');
    const path = masked(`/_matrix/client/v1/admin/suspend/${encodeURIComponent(anna.userId)}`, administrator.userId);
    expect((await asService('watcher').try('GET', path)).status).toBe(403);
    expect(await homeserver.as(administrator).get(path)).toEqual({ suspended: false });
    const login = { ...GHOST_LOGIN, identifier: { type: 'm.id.user', user: administrator.userId } };
    expect((await asService('watcher').try('POST', '/login', login)).status).toBe(403);
  });

  test('ends with its user: one who is locked, suspended or deactivated is so for the service too', async () => {
    const administrator = homeserver.as(await homeserver.registerAdministrator('second-administrator'));
    const bernd = await homeserver.register('bernd');
    const asBernd = (): Promise<{ status: number; body: object }> =>
      asService('watcher').try(
        'PUT',
        masked(`/profile/${encodeURIComponent(bernd.userId)}/displayname`, bernd.userId),
        {
          displayname: 'Bernd',
        },
      );
    const admin = (kind: string): string => `/_matrix/client/v1/admin/${kind}/${encodeURIComponent(bernd.userId)}`;
    expect((await asBernd()).status).toBe(200);
    await administrator.put(admin('suspend'), { suspended: true });
    expect(await asBernd()).toMatchObject({ status: 403, body: { errcode: 'M_USER_SUSPENDED' } });
    await administrator.put(admin('suspend'), { suspended: false });
    await administrator.put(admin('lock'), { locked: true });
    expect(await asBernd()).toMatchObject({ status: 401, body: { errcode: 'M_USER_LOCKED' } });
    await administrator.put(admin('lock'), { locked: false });
    const auth = { type: 'm.login.password', password: passwordOf('bernd') };
    await homeserver.as(bernd).post('/account/deactivate', { auth });
    expect(await asBernd()).toMatchObject({ status: 403, body: { errcode: 'M_USER_DEACTIVATED' } });
  });

  test('proves nothing where an account is managed: passwords are asked for', async () => {
    expect(
      (
        await asService('watcher').try('POST', masked('/account/password', anna.userId), {
          new_password: 'another-one-1',
        })
      ).status,
    ).toBe(401);
    expect((await asService('watcher').try('POST', masked('/account/deactivate', anna.userId), {})).status).toBe(401);
  });
});

describe('limits', () => {
  test('are for people and for users of a service that is limited, not for senders', async () => {
    const ghosts = await Promise.all(
      ['bridge', 'limited'].map(async (id) => {
        const body = { ...GHOST_LOGIN, username: `_${id}_busy`, inhibit_login: true };
        return [id, (await asService(id).post<{ user_id: string }>('/register', body)).user_id] as const;
      }),
    );
    for (const [id, ghost] of ghosts) {
      const busy = async (path: string): Promise<ReadonlySet<number>> =>
        new Set(
          await Promise.all(Array.from({ length: 70 }, async () => (await asService(id).try('GET', path)).status)),
        );
      const search = '/publicRooms';
      expect(await busy(masked(search, ghost))).toEqual(new Set(id === 'limited' ? [200, 429] : [200]));
      expect(await busy(search)).toEqual(new Set([200]));
    }
  });

  test('leave a bridge that is not limited alone while it makes its users', async () => {
    const made = await Promise.all(Array.from({ length: 50 }, makeGhost));
    expect(new Set(made).size).toBe(50);
  });
});

describe('users of a service', () => {
  test('are registered in its namespaces alone, and by it alone', async () => {
    const register = async (client: TestClient, body: object) => {
      const { status, body: answer } = await client.try('POST', '/register', body);
      return [status, answer['errcode']];
    };
    const body = { ...GHOST_LOGIN, username: '_bridge_new' };
    expect(await register(asService('limited'), body)).toEqual([400, 'M_EXCLUSIVE']);
    expect(await register(asService('watcher'), body)).toEqual([400, 'M_EXCLUSIVE']);
    expect(await register(homeserver.anonymous, body)).toEqual([401, 'M_MISSING_TOKEN']);
    expect(await register(annas, body)).toEqual([401, 'M_UNKNOWN_TOKEN']);
    expect(await register(asService(), { ...GHOST_LOGIN, username: '_bridge_Ä' })).toEqual([400, 'M_INVALID_USERNAME']);
    expect(await register(asService(), GHOST_LOGIN)).toEqual([400, 'M_MISSING_PARAM']);
    expect(await register(asService(), { ...GHOST_LOGIN, username: 'person' })).toEqual([400, 'M_EXCLUSIVE']);
    expect(await register(asService(), body)).toEqual([200, undefined]);
    expect(await register(asService(), body)).toEqual([400, 'M_USER_IN_USE']);
    expect(await register(asService(), { ...GHOST_LOGIN, username: '_bridge_bot' })).toEqual([400, 'M_USER_IN_USE']);
  });

  test('get a session or none, as the service wants', async () => {
    const session = await asService().post<{ access_token: string }>('/register', {
      ...GHOST_LOGIN,
      username: '_bridge_session',
      device_id: 'BRIDGED',
    });
    expect(await homeserver.as({ accessToken: session.access_token }).get('/account/whoami')).toEqual({
      user_id: '@_bridge_session:test.example',
      device_id: 'BRIDGED',
      is_guest: false,
    });
    const ghost = await makeGhost();
    const login = { ...GHOST_LOGIN, identifier: { type: 'm.id.user', user: ghost } };
    expect(await asService().post('/login', login)).toMatchObject({ user_id: ghost });
    const others = { ...GHOST_LOGIN, identifier: { type: 'm.id.user', user: 'anna' } };
    expect(await asService().try('POST', '/login', others)).toMatchObject({
      status: 400,
      body: { errcode: 'M_EXCLUSIVE' },
    });
    for (const client of [annas, homeserver.as({ accessToken: 'unknown' })])
      expect(await client.try('POST', '/login', login)).toMatchObject({
        status: 403,
        body: { errcode: 'M_FORBIDDEN' },
      });
    const password = { type: 'm.login.password', identifier: { type: 'm.id.user', user: ghost }, password: '' };
    expect((await homeserver.anonymous.try('POST', '/login', password)).status).toBe(403);
    const { flows } = await homeserver.anonymous.get<{ flows: { type: string }[] }>('/login');
    expect(flows.map(({ type }) => type)).toContain('m.login.application_service');
  });

  test('are deactivated by it without a password, and nobody else is', async () => {
    const ghost = await makeGhost();
    await asService().post(masked('/account/deactivate', ghost));
    expect((await asService().try('GET', masked('/account/whoami', ghost))).status).toBe(403);
    expect((await asService('watcher').try('POST', masked('/account/deactivate', anna.userId), {})).status).toBe(401);
    expect(await annas.get('/account/whoami')).toMatchObject({ user_id: anna.userId });
    expect((await asService().try('POST', '/account/deactivate', {})).status).toBe(401);
  });

  test('replace their cross-signing keys without a password, which they do not have', async () => {
    const ghost = await makeGhost();
    const key = (name: string): object => ({
      user_id: ghost,
      usage: ['master'],
      keys: { [`ed25519:${name}`]: name },
    });
    for (const name of ['nqOvzeuGWT/sRx3h7+MHoInYj3Uk2LD/unI9kDYcHwk', 'Vy+1SHbBhYJ9uZVBFZZRAGjmQYY7aRQxCGW0dlSYfNE'])
      expect(await asService().post(masked('/keys/device_signing/upload', ghost), { master_key: key(name) })).toEqual(
        {},
      );
  });
});

test('the members of a room are listed for a service with a user in it, and for no other', async () => {
  const roomId = await annas.createRoom({ preset: 'public_chat' });
  const list = `/rooms/${encodeURIComponent(roomId)}/joined_members`;
  expect((await asService().try('GET', list)).status).toBe(403);
  const ghost = await makeGhost();
  await asService().post(masked(`/rooms/${encodeURIComponent(roomId)}/join`, ghost));
  expect(Object.keys((await asService().get<{ joined: object }>(list)).joined)).toContain(ghost);
  expect((await asService('limited').try('GET', list)).status).toBe(403);
});

describe('what a service has for itself', () => {
  test('nobody registers', async () => {
    const answer = { status: 400, body: { errcode: 'M_EXCLUSIVE' } };
    const auth = { type: 'm.login.dummy' };
    for (const username of ['_bridge_person', '_BRIDGE_person', '_watcher_bot']) {
      expect(
        await homeserver.anonymous.try('POST', '/register', { username, password: passwordOf('x'), auth }),
      ).toMatchObject(answer);
      expect(await homeserver.anonymous.try('GET', `/register/available?username=${username}`)).toMatchObject(answer);
    }
    // A namespace that is not exclusive is everybody's.
    expect(await homeserver.anonymous.get('/register/available?username=clara')).toEqual({ available: true });
  });

  test('is no alias of anybody else', async () => {
    const roomId = await annas.createRoom({ preset: 'public_chat' });
    const path = (alias: string): string => `/directory/room/${encodeURIComponent(`#${alias}:test.example`)}`;
    const refusal = { status: 400, body: { errcode: 'M_EXCLUSIVE' } };
    expect(await annas.try('PUT', path('_bridge_room'), { room_id: roomId })).toMatchObject(refusal);
    expect(await annas.try('POST', '/createRoom', { room_alias_name: '_bridge_room' })).toMatchObject(refusal);
    expect(await asService().try('PUT', path('elsewhere'), { room_id: roomId })).toMatchObject(refusal);
    const absent = { room_id: '!none:test.example' };
    expect((await asService().try('PUT', path('_bridge_room'), absent)).status).toBe(403);
    // In its own namespace a service names rooms that it is not in.
    await asService().put(path('_bridge_room'), { room_id: roomId });
    expect(await annas.try('DELETE', path('_bridge_room'))).toMatchObject(refusal);
    await asService().delete(path('_bridge_room'));
    expect((await annas.try('GET', path('_bridge_room'))).status).toBe(404);
  });
});

test('a service says when something was said, and nobody else does', async () => {
  const roomId = await annas.createRoom({ preset: 'public_chat' });
  await asService().join(roomId);
  const room = `/rooms/${encodeURIComponent(roomId)}`;
  const send = async (client: TestClient): Promise<number> => {
    const path = `${room}/send/m.room.message/${crypto.randomUUID()}?ts=1234567890123`;
    const { event_id: eventId } = await client.put<{ event_id: string }>(path, { msgtype: 'm.text', body: 'then' });
    return (await annas.get<{ origin_server_ts: number }>(`${room}/event/${encodeURIComponent(eventId)}`))
      .origin_server_ts;
  };
  expect(await send(asService())).toBe(1_234_567_890_123);
  expect(await send(annas)).toBe(homeserver.clock.nowMs());
  const state = await asService().put<{ event_id: string }>(
    `${room}/state/m.room.member/${encodeURIComponent('@_bridge_bot:test.example')}?ts=5`,
    { membership: 'leave' },
  );
  expect(await annas.get(`${room}/event/${encodeURIComponent(state.event_id)}`)).toMatchObject({ origin_server_ts: 5 });
  expect((await asService().try('PUT', `${room}/send/m.room.message/x?ts=-1`, {})).status).toBe(400);
});
