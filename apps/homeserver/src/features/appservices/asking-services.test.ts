import { parseServerName } from '@stafette/protocol';
import { startHomeserver, type TestClient, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Outbound } from '../../platform/outbound/index.ts';
import { Appservice } from './appservice.ts';
import { pingService } from './ping.ts';
import { ServiceClient } from './service-client.ts';
import { registrationOf, TestService, type Received } from './testing/test-service.ts';

const bridge = new TestService();
let bridgeUrl: string;
let homeserver: TestHomeserver;
let annas: TestClient;

const asService = (id = 'bridge'): TestClient => homeserver.as({ accessToken: `${id}-as-token` });
const serviceOf = (id: string): Appservice =>
  new Appservice(registrationOf(id, bridgeUrl), parseServerName('test.example') ?? expect.unreachable());
const askedOf = (id: string): readonly Received[] =>
  bridge.received.filter(({ authorization }) => authorization === `Bearer ${id}-hs-token`);
const asked = (): readonly Received[] => bridge.received.filter(({ path }) => !path.includes('/transactions/'));

beforeAll(async () => {
  bridgeUrl = `${await bridge.start()}/below/a/path/`;
  homeserver = await startHomeserver({
    settings: {
      appservices: [
        registrationOf('bridge', bridgeUrl, { protocols: ['irc', 'telephone'] }),
        registrationOf('second', bridgeUrl, { protocols: ['irc'] }),
        registrationOf('silent', null, { protocols: ['fax'] }),
        registrationOf('away', 'http://127.0.0.1:9', { protocols: ['fax'] }),
      ],
    },
  });
  annas = homeserver.as(await homeserver.register('anna'));
});
beforeEach(() => {
  bridge.received.length = 0;
  bridge.answer = () => ({ status: 404, body: { errcode: 'M_NOT_FOUND' } });
});
afterAll(async () => {
  await homeserver.stop();
  await bridge.stop();
});

describe('a user whom nobody knows yet', () => {
  const userId = '@_bridge_new:test.example';
  const profile = `/profile/${encodeURIComponent(userId)}`;

  test('is made by the service in whose namespace they are, when somebody asks', async () => {
    expect((await annas.try('GET', profile)).status).toBe(404);
    bridge.answer = async ({ path }) => {
      if (!path.startsWith('/below/a/path/_matrix/app/v1/users/')) return { status: 404 };
      await asService().post('/register', {
        type: 'm.login.application_service',
        username: '_bridge_new',
        inhibit_login: true,
      });
      await asService().put(`${profile}/displayname?user_id=${encodeURIComponent(userId)}`, { displayname: 'New' });
      return { status: 200 };
    };
    const roomId = await annas.createRoom({ invite: [userId] });
    expect(asked().map(({ path, authorization }) => [path, authorization])).toEqual(
      Array.from({ length: 2 }, () => [
        `/below/a/path/_matrix/app/v1/users/${encodeURIComponent(userId)}`,
        'Bearer bridge-hs-token',
      ]),
    );
    const member = `/rooms/${encodeURIComponent(roomId)}/state/m.room.member/${encodeURIComponent(userId)}`;
    expect(await annas.get(member)).toMatchObject({ membership: 'invite', displayname: 'New' });
    expect(await annas.get(profile)).toEqual({ displayname: 'New' });
    expect(asked()).toHaveLength(2);
  });

  test('is nobody when no service has them, and no service is asked for the others', async () => {
    expect((await annas.try('GET', '/profile/@_bridge_none:test.example')).status).toBe(404);
    expect(asked()).toHaveLength(1);
    for (const other of ['@nobody:test.example', '@_bridge_none:other.example', '@_silent_none:test.example'])
      expect((await annas.try('GET', `/profile/${encodeURIComponent(other)}`)).status).toBe(404);
    expect(asked()).toHaveLength(1);
    expect((await annas.try('GET', '/profile/@_away_none:test.example')).status).toBe(404);
  });

  test('is asked for once when many ask at once', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    bridge.answer = async () => {
      await released;
      return { status: 404 };
    };
    const all = Promise.all(Array.from({ length: 20 }, () => annas.try('GET', '/profile/@_bridge_many:test.example')));
    await expect.poll(() => asked().length).toBe(1);
    release();
    for (const { status } of await all) expect(status).toBe(404);
    expect(asked().length).toBeLessThan(20);
  });
});

test('the room of an alias that nobody knows yet is made by the service in whose namespace it is', async () => {
  const alias = '#_bridge_channel:test.example';
  expect((await annas.try('GET', `/directory/room/${encodeURIComponent(alias)}`)).status).toBe(404);
  bridge.answer = async ({ path }) => {
    if (!path.includes('/rooms/')) return { status: 404 };
    await asService().createRoom({ preset: 'public_chat', room_alias_name: '_bridge_channel' });
    return { status: 200 };
  };
  const roomId = await annas.join(alias);
  expect(await annas.get(`/directory/room/${encodeURIComponent(alias)}`)).toMatchObject({ room_id: roomId });
  expect(asked().map(({ path }) => path)).toEqual(
    Array.from({ length: 2 }, () => `/below/a/path/_matrix/app/v1/rooms/${encodeURIComponent(alias)}`),
  );
});

describe('networks', () => {
  const metadata = (networkId: string): object => ({
    user_fields: ['nickname'],
    location_fields: ['channel'],
    icon: 'mxc://test.example/icon',
    field_types: { nickname: { regexp: '.*', placeholder: 'anna' }, channel: { regexp: '.*', placeholder: '#a' } },
    instances: [{ desc: networkId, fields: {}, network_id: networkId }, 'damaged'],
  });

  test('are those of all services that have them, with instances that are told apart', async () => {
    bridge.answer = ({ path, authorization }) =>
      path.endsWith('/thirdparty/protocol/irc')
        ? { status: 200, body: metadata(authorization === 'Bearer bridge-hs-token' ? 'one' : 'two') }
        : { status: 200, body: { instances: 'damaged' } };
    const protocols = await annas.get<{ irc?: { instances: { instance_id: string }[] } }>('/thirdparty/protocols');
    expect(Object.keys(protocols)).toEqual(['irc']);
    expect(protocols.irc?.instances.map(({ instance_id: id }) => id)).toEqual(['bridge|one', 'second|two']);
    expect(await annas.get('/thirdparty/protocol/irc')).toEqual(protocols.irc);
    for (const unknown of ['telephone', 'fax', 'unknown'])
      expect((await annas.try('GET', `/thirdparty/protocol/${unknown}`)).status).toBe(404);
  });

  // An answer that is a list; the test client compares it with the specification and shows objects alone.
  const list = async (path: string): Promise<unknown> => {
    expect((await asService().try('GET', path)).status).toBe(200);
    const headers = { authorization: 'Bearer bridge-as-token' };
    return (await fetch(`${homeserver.baseUrl}/_matrix/client/v3${path}`, { headers })).json();
  };
  const user = { userid: '@_bridge_a:test.example', protocol: 'irc', fields: { nickname: 'a' } };
  const location = { alias: '#_bridge_a:test.example', protocol: 'irc', fields: { channel: '#a' } };

  test('are searched by their own fields; what says who asks is not passed on', async () => {
    bridge.answer = ({ path }) => {
      if (path.startsWith('/below/a/path/_matrix/app/v1/thirdparty/user/telephone?'))
        return { status: 200, body: [user, { userid: 5 }, 'damaged'] };
      return path.includes('/thirdparty/location/telephone') ? { status: 200, body: [location] } : { status: 404 };
    };
    const fields = `nickname=a%26b&user_id=${encodeURIComponent('@_bridge_bot:test.example')}`;
    expect(await list(`/thirdparty/user/telephone?${fields}`)).toEqual([user]);
    expect(new Set(asked().map(({ path }) => path.slice(path.indexOf('?'))))).toEqual(new Set(['?nickname=a%26b']));
    expect(await list('/thirdparty/location/telephone?channel=a')).toEqual([location]);
    expect((await annas.try('GET', '/thirdparty/location/irc?channel=a')).body['errcode']).toBe('M_NOT_FOUND');
    expect((await annas.try('GET', '/thirdparty/user/unknown?nickname=a')).status).toBe(404);
    expect((await annas.try('GET', `/thirdparty/location/irc?${'a=b&'.repeat(21)}`)).status).toBe(400);
  });

  test('hear nothing of an answer that is too long, or that leads elsewhere', async () => {
    let isRedirected = false;
    bridge.answer = ({ path }) => {
      if (path === '/elsewhere') isRedirected = true;
      return { status: 302, headers: { location: '/elsewhere' }, body: [user] };
    };
    const find = async () => annas.try('GET', `/thirdparty/user?userid=${encodeURIComponent(user.userid)}`);
    expect((await find()).status).toBe(404);
    expect(isRedirected).toBe(false);
    bridge.answer = () => ({ status: 200, body: [{ ...user, padding: 'x'.repeat(2 * 1024 * 1024) }] });
    expect((await find()).status).toBe(404);
  });

  test('say what a user or a room of this server stands for', async () => {
    bridge.answer = ({ path }) => ({ status: 200, body: [path.includes('/user?') ? user : location] });
    // Of both services that have a network and an address.
    expect(await list(`/thirdparty/location?alias=${encodeURIComponent(location.alias)}`)).toEqual([
      location,
      location,
    ]);
    expect(asked()[0]?.path).toContain(`?alias=${encodeURIComponent(location.alias)}`);
    expect(await list(`/thirdparty/user?userid=${encodeURIComponent(user.userid)}`)).toEqual([user, user]);
    expect((await annas.try('GET', '/thirdparty/user')).status).toBe(400);
  });

  test('have rooms that are listed for them, and among all when somebody asks for all', async () => {
    const roomId = await asService().createRoom({ preset: 'public_chat', name: 'Of a network' });
    const path = (networkId: string): string => `/directory/list/appservice/${networkId}/${encodeURIComponent(roomId)}`;
    const listed = async (body: object): Promise<readonly unknown[]> =>
      (await annas.post<{ chunk: { room_id: string }[] }>('/publicRooms', body)).chunk.map((room) => room.room_id);
    await asService().put(path('one'), { visibility: 'public' });
    expect(await listed({})).toEqual([]);
    expect(await listed({ third_party_instance_id: 'bridge|one' })).toEqual([roomId]);
    expect(await listed({ third_party_instance_id: 'second|one' })).toEqual([]);
    expect(await listed({ include_all_networks: true })).toEqual([roomId]);
    expect(await annas.try('PUT', path('one'), { visibility: 'private' })).toMatchObject({ status: 403 });
    // A room that the service has nothing to do with is not its to show.
    expect(await asService('second').try('PUT', path('one'), { visibility: 'public' })).toMatchObject({ status: 403 });
    await asService('second').put(path('one'), { visibility: 'private' });
    expect(await listed({ third_party_instance_id: 'bridge|one' })).toEqual([roomId]);
    await asService().put(path('one'), { visibility: 'private' });
    expect(await listed({ include_all_networks: true })).toEqual([]);
    const unknown = `/directory/list/appservice/one/${encodeURIComponent('!unknown:test.example')}`;
    expect((await asService().try('PUT', unknown, { visibility: 'public' })).status).toBe(404);
  });
});

test('a service that knows the old paths alone is asked there, and now and then whether it has learned', async () => {
  const outbound = new Outbound({ allowsPrivateAddresses: true });
  const client = new ServiceClient(outbound, homeserver.clock);
  const service = serviceOf('old');
  const ask = async (path: string, method: 'GET' | 'PUT' = 'GET') => {
    bridge.received.length = 0;
    const { status } = await client.request(service, { method, path, timeoutMs: 5_000 });
    return [status, ...askedOf('old').map((request) => request.path.slice('/below/a/path'.length))];
  };
  const token = 'access_token=old-hs-token';
  bridge.answer = ({ path }) => (path.includes('/_matrix/app/v1/') ? { status: 404 } : undefined);
  expect(await ask('/transactions/1', 'PUT')).toEqual([
    200,
    '/_matrix/app/v1/transactions/1',
    `/transactions/1?${token}`,
  ]);
  expect(await ask('/transactions/2', 'PUT')).toEqual([200, `/transactions/2?${token}`]);
  expect(await ask('/users/a')).toEqual([200, `/users/a?${token}`]);
  expect(await ask('/rooms/a')).toEqual([200, `/rooms/a?${token}`]);
  expect(await ask('/thirdparty/user?userid=a')).toEqual([
    200,
    `/_matrix/app/unstable/thirdparty/user?userid=a&${token}`,
  ]);
  // There never was an old one of this.
  expect(await ask('/ping')).toEqual([404, '/_matrix/app/v1/ping']);
  bridge.answer = ({ path }) =>
    path.includes('/_matrix/app/v1/') ? undefined : { status: 404, body: { errcode: 'M_UNRECOGNIZED' } };
  homeserver.clock.advance(5 * 60 * 1000);
  expect(await ask('/transactions/3', 'PUT')).toEqual([200, '/_matrix/app/v1/transactions/3']);
  bridge.answer = () => ({ status: 404 });
  expect(await ask('/users/b')).toEqual([404, '/_matrix/app/v1/users/b']);
  await outbound.close();
});

test.each([
  [404, { errcode: 'M_UNRECOGNIZED' }, 2],
  [405, {}, 2],
  [404, 'no object', 2],
  [404, { errcode: 'M_NOT_FOUND' }, 1],
  [404, { errcode: 'COM.EXAMPLE.NOT_FOUND' }, 1],
  [500, {}, 1],
  [403, {}, 1],
])('after %i with %j it is asked in %i places whether it knows the old paths', async (status, body, places) => {
  const outbound = new Outbound({ allowsPrivateAddresses: true });
  const client = new ServiceClient(outbound, homeserver.clock);
  const service = serviceOf('other');
  bridge.answer = () => ({ status, body });
  const answer = await client.request(service, { method: 'GET', path: '/users/a', timeoutMs: 5_000 });
  expect([answer.status, askedOf('other').length]).toEqual([status, places]);
  await outbound.close();
});

describe('a ping', () => {
  const ping = async (client: TestClient, id: string) =>
    client.try('POST', `/_matrix/client/v1/appservice/${id}/ping`, { transaction_id: 'meow' });

  test('goes to the service and back', async () => {
    bridge.answer = () => undefined;
    const { status, body } = await ping(asService(), 'bridge');
    expect([status, typeof body['duration_ms']]).toEqual([200, 'number']);
    expect(asked()).toEqual([
      {
        method: 'POST',
        path: '/below/a/path/_matrix/app/v1/ping',
        authorization: 'Bearer bridge-hs-token',
        body: { transaction_id: 'meow' },
      },
    ]);
  });

  test('says what went wrong', async () => {
    bridge.answer = () => ({ status: 403, body: { errcode: 'M_FORBIDDEN' } });
    expect(await ping(asService(), 'bridge')).toMatchObject({
      status: 502,
      body: { errcode: 'M_BAD_STATUS', status: 403, body: '{"errcode":"M_FORBIDDEN"}' },
    });
    expect(await ping(asService('away'), 'away')).toMatchObject({
      status: 502,
      body: { errcode: 'M_CONNECTION_FAILED' },
    });
    expect(await ping(asService('silent'), 'silent')).toMatchObject({
      status: 400,
      body: { errcode: 'M_URL_NOT_SET' },
    });
  });

  test('ends when the service takes too long', async () => {
    bridge.answer = () => new Promise(() => {});
    const outbound = new Outbound({ allowsPrivateAddresses: true });
    const service = serviceOf('bridge');
    const dependencies = {
      client: new ServiceClient(outbound, homeserver.clock),
      services: [service],
      deliveries: { retryNow: () => expect.unreachable() },
    };
    await expect(pingService(dependencies, { service }, 'bridge', 'meow', 50)).rejects.toMatchObject({
      status: 504,
      errcode: 'M_CONNECTION_TIMEOUT',
    });
    await outbound.close();
  });

  test('is for the service itself', async () => {
    for (const [client, id] of [
      [asService(), 'second'],
      [asService(), 'unknown'],
      [annas, 'bridge'],
    ] as const)
      expect(await ping(client, id)).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } });
    expect(await ping(homeserver.anonymous, 'bridge')).toMatchObject({
      status: 401,
      body: { errcode: 'M_MISSING_TOKEN' },
    });
  });
});
