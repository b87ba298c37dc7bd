import type { JsonObject } from '@stafette/protocol';
import { createTestAuthority, startHomeserver, TestServer, type Answer, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const API = '/_matrix/federation/v1';
const INVALID = { status: 400, body: { errcode: 'M_INVALID_PARAM' } };
const UNKNOWN = { status: 404, body: { errcode: 'M_NOT_FOUND' } };

let homeserver: TestHomeserver;
let server: TestServer;

beforeAll(async () => {
  const authority = createTestAuthority();
  server = await TestServer.open(authority);
  homeserver = await startHomeserver({
    settings: {
      authorities: authority.certificate,
      federationList: [server.name],
      publicUrl: 'https://chat.agency.example',
    },
  });
});
afterAll(async () => {
  await homeserver.stop();
  await server.close();
});

const get = async (path: string, query: Readonly<Record<string, string>>): Promise<Answer> =>
  server.ask(homeserver, 'GET', `${API}${path}?${new URLSearchParams(query).toString()}`);

test('everybody learns what the server is, where it is and what it signs with', async () => {
  expect(await homeserver.anonymous.get(`${API}/version`)).toEqual({
    server: { name: 'Stafette', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string },
  });
  expect(await homeserver.anonymous.get('/.well-known/matrix/server')).toEqual({
    'm.server': 'chat.agency.example:443',
  });
  expect(await homeserver.anonymous.get('/_matrix/key/v2/server')).toMatchObject({
    server_name: homeserver.serverName,
  });
});

describe('a profile', () => {
  test('is told whole or by its field', async () => {
    const anna = await homeserver.register('anna');
    const path = `/profile/${encodeURIComponent(anna.userId)}`;
    await homeserver.as(anna).put(`${path}/displayname`, { displayname: 'Anna Müller' });
    await homeserver.as(anna).put(`${path}/org.example.office`, { 'org.example.office': '3.14' });
    const user_id = anna.userId;
    expect(await get('/query/profile', { user_id })).toMatchObject({
      status: 200,
      body: { displayname: 'Anna Müller', 'org.example.office': '3.14' },
    });
    const one = await get('/query/profile', { user_id, field: 'displayname' });
    expect([one.status, one.body]).toEqual([200, { displayname: 'Anna Müller' }]);
    expect(await get('/query/profile', { user_id, field: 'avatar_url' })).toMatchObject(UNKNOWN);
    expect(await get('/query/profile', { user_id, field: '__proto__' })).toMatchObject(UNKNOWN);
  });

  test('is told of nobody who is not here', async () => {
    const bernd = await homeserver.register('bernd');
    const auth = { type: 'm.login.password', identifier: { type: 'm.id.user', user: bernd.userId } };
    await homeserver.as(bernd).post('/account/deactivate', { auth: { ...auth, password: 'bernd-password-1' } });
    for (const user_id of [
      bernd.userId,
      `@nobody:${homeserver.serverName}`,
      `@carla:${server.name}`,
      '@d:other.example',
    ])
      expect(await get('/query/profile', { user_id })).toMatchObject(UNKNOWN);
    for (const user_id of ['anna', '@user1:localhost:http'])
      expect(await get('/query/profile', { user_id })).toMatchObject(INVALID);
    expect(await get('/query/profile', {})).toMatchObject({ status: 400, body: { errcode: 'M_MISSING_PARAM' } });
    // As was said, nobody is asked about people of other servers.
    expect(server.peer.received.filter(({ path }) => path.startsWith(API))).toEqual([]);
  });
});

describe('devices', () => {
  const keys = { user_id: '', device_id: '', algorithms: [], keys: { 'ed25519:x': 'key' }, signatures: {} };

  test('are told with their keys, without their names, and in a version that grows', async () => {
    const user = await homeserver.register('gustav');
    const gustav = homeserver.as(user);
    const device = { ...keys, user_id: user.userId, device_id: user.deviceId };
    const path = `${API}/user/devices/${encodeURIComponent(user.userId)}`;
    const list = async (): Promise<JsonObject> => {
      const { status, body } = await server.ask(homeserver, 'GET', path);
      expect(status).toBe(200);
      return body;
    };
    expect(await list()).toEqual({ user_id: user.userId, stream_id: 0, devices: [] });
    await gustav.post('/keys/upload', { device_keys: device });
    await gustav.put(`/devices/${user.deviceId}`, { display_name: 'Gustav’s telephone' });
    const told = await list();
    expect(told).toMatchObject({ user_id: user.userId, devices: [{ device_id: user.deviceId, keys: device }] });
    expect(JSON.stringify(told)).not.toContain('telephone');
    await gustav.post('/keys/upload', { device_keys: { ...device, keys: { 'ed25519:x': 'other' } } });
    expect((await list())['stream_id']).toBeGreaterThan(Number(told['stream_id']));
    // Of somebody who is not here nothing is told, and not whether they are.
    const nobody = `@nobody:${homeserver.serverName}`;
    const absent = await server.ask(homeserver, 'GET', `${API}/user/devices/${encodeURIComponent(nobody)}`);
    expect([absent.status, absent.body]).toEqual([200, { user_id: nobody, stream_id: 0, devices: [] }]);
    expect(await server.ask(homeserver, 'GET', `${API}/user/devices/%40a%3A${server.name}`)).toMatchObject(UNKNOWN);
    expect(await server.ask(homeserver, 'GET', `${API}/user/devices/gustav`)).toMatchObject(INVALID);
  });

  test('give their keys to whoever asks for people of this server, and are asked for nobody else’s', async () => {
    const user = await homeserver.register('hanna');
    const device = { ...keys, user_id: user.userId, device_id: user.deviceId };
    const one_time_keys = { 'signed_curve25519:1': { key: 'one', signatures: {} } };
    await homeserver.as(user).post('/keys/upload', { device_keys: device, one_time_keys });
    const post = async (path: string, content: JsonObject): Promise<Answer> =>
      server.ask(homeserver, 'POST', `${API}/user/keys/${path}`, { content });
    const others = { [`@a:${server.name}`]: [], '@b:other.example': [] };
    const found = await post('query', { device_keys: { [user.userId]: [], ...others } });
    expect([found.status, found.body]).toEqual([
      200,
      {
        device_keys: { [user.userId]: { [user.deviceId]: { ...device, unsigned: {} } } },
        master_keys: {},
        self_signing_keys: {},
      },
    ]);
    const claim = {
      one_time_keys: { [user.userId]: { [user.deviceId]: 'signed_curve25519' }, '@b:other.example': {} },
    };
    expect((await post('claim', claim)).body).toEqual({
      one_time_keys: { [user.userId]: { [user.deviceId]: one_time_keys } },
    });
    expect((await post('claim', claim)).body).toEqual({ one_time_keys: {} });
    expect(await post('query', { device_keys: { hanna: [] } })).toMatchObject(INVALID);
    expect(await post('query', { device_keys: [] })).toMatchObject({ status: 400, body: { errcode: 'M_BAD_JSON' } });
    expect(await post('claim', { one_time_keys: { [user.userId]: { x: 1 } } })).toMatchObject({ status: 400 });
  });
});

describe('an alias', () => {
  test('leads to a room that anybody may know of', async () => {
    const emil = homeserver.as(await homeserver.register('emil'));
    const room = (name: string, options: object) => emil.createRoom({ room_alias_name: name, ...options });
    const open = await room('open', { preset: 'public_chat' });
    await room('closed', { preset: 'private_chat' });
    await room('own', { preset: 'public_chat', creation_content: { 'm.federate': false } });
    const find = async (text: string): Promise<Answer> => get('/query/directory', { room_alias: text });
    const found = await find(`#open:${homeserver.serverName}`);
    expect([found.status, found.body]).toEqual([200, { room_id: open, servers: [homeserver.serverName] }]);
    // Whether there is a room that is none of their business is not told.
    const unknown = await find(`#nothing:${homeserver.serverName}`);
    expect(unknown).toMatchObject(UNKNOWN);
    for (const name of ['closed', 'own'])
      expect(await find(`#${name}:${homeserver.serverName}`)).toMatchObject({ status: 404, body: unknown.body });
    expect(await find(`#open:${server.name}`)).toMatchObject(UNKNOWN);
    expect(await find('open')).toMatchObject(INVALID);
  });
});
