import { passwordOf, startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registrationOf } from '../appservices/testing/test-service.ts';
import { sql } from '../../database/sql.ts';

const PATH = '/_synapse/admin/v1/send_server_notice';
const SENDER = '@_server:test.example';

interface Synced {
  readonly rooms?: {
    readonly invite?: Readonly<Record<string, unknown>>;
    readonly join?: Readonly<
      Record<string, { timeline: { events: { type: string; sender: string; content: { body?: string } }[] } }>
    >;
  };
}

let homeserver: TestHomeserver;
let administrator: TestUser;
let admin: TestClient;

beforeAll(async () => {
  const namespaces = { users: [{ regex: '@.*', exclusive: false }], aliases: [], rooms: [] };
  homeserver = await startHomeserver({
    features: { forcedEncryption: true },
    settings: { appservices: [registrationOf('watcher', null, { namespaces })] },
  });
  administrator = await homeserver.registerAdministrator('admin');
  admin = homeserver.as(administrator);
});
afterAll(async () => homeserver.stop());

const notice = (userId: string, body: string) => ({ user_id: userId, content: { msgtype: 'm.text', body } });
const tell = async (user: TestUser, body: string): Promise<string> =>
  (await admin.post<{ event_id: string }>(PATH, notice(user.userId, body))).event_id;
const invitesOf = async (client: TestClient): Promise<readonly string[]> =>
  Object.keys((await client.sync<Synced>()).rooms?.invite ?? {});
const roomOf = async (client: TestClient): Promise<string> => {
  const [roomId = 'none'] = await invitesOf(client);
  return client.join(roomId);
};
const said = async (client: TestClient, roomId: string): Promise<readonly (string | undefined)[]> => {
  const { chunk } = await client.get<{ chunk: { type: string; content: { body?: string } }[] }>(
    `/rooms/${encodeURIComponent(roomId)}/messages?dir=b&limit=100`,
  );
  return chunk.flatMap(({ type, content }) => (type === 'm.room.message' ? [content.body] : [])).reverse();
};

describe('a notice', () => {
  test('comes readable, in a tagged room of its own, one for all notices, even where rooms are encrypted', async () => {
    const anna = await homeserver.register('anna');
    const client = homeserver.as(anna);
    const eventId = await tell(anna, 'Tonight the server is away.');
    expect(await invitesOf(client)).toHaveLength(1);
    const roomId = await roomOf(client);
    await tell(anna, 'It is back.');
    expect(await said(client, roomId)).toEqual(['Tonight the server is away.', 'It is back.']);
    expect(await invitesOf(client)).toEqual([]);
    const path = `/rooms/${encodeURIComponent(roomId)}`;
    expect(await client.get(`${path}/event/${encodeURIComponent(eventId)}`)).toMatchObject({ sender: SENDER });
    expect(await client.get(`/user/${encodeURIComponent(anna.userId)}${path}/tags`)).toEqual({
      tags: { 'm.server_notice': {} },
    });
    expect(await client.get(`${path}/state/m.room.name`)).toEqual({ name: 'Server Notices' });
    expect((await client.try('GET', `${path}/state/m.room.encryption`)).status).toBe(404);
  });

  test('finds one room and none of them is lost when many come at once', async () => {
    const bernd = await homeserver.register('bernd');
    const texts = Array.from({ length: 20 }, (_, index) => `notice ${index}`);
    await Promise.all(texts.map(async (text) => tell(bernd, text)));
    const client = homeserver.as(bernd);
    expect(await invitesOf(client)).toHaveLength(1);
    expect(new Set(await said(client, await roomOf(client)))).toEqual(new Set(texts));
  });

  test('with a transaction id is sent once, and can be state', async () => {
    const clara = await homeserver.register('clara');
    const client = homeserver.as(clara);
    const first = await admin.put(`${PATH}/once`, notice(clara.userId, 'Once'));
    expect(await admin.put(`${PATH}/once`, notice(clara.userId, 'Once'))).toEqual(first);
    const topic = { user_id: clara.userId, type: 'm.room.topic', state_key: '', content: { topic: 'From us' } };
    await admin.post(PATH, topic);
    const roomId = await roomOf(client);
    expect(await said(client, roomId)).toEqual(['Once']);
    expect(await client.get(`/rooms/${encodeURIComponent(roomId)}/state/m.room.topic`)).toEqual({ topic: 'From us' });
  });

  test('is for administrators to send, and for people who are there', async () => {
    const dora = await homeserver.register('dora');
    const refused = async (client: TestClient, body: unknown) => client.try('POST', PATH, body);
    expect(await refused(homeserver.as(dora), notice(dora.userId, 'x'))).toMatchObject({
      status: 403,
      body: { errcode: 'M_FORBIDDEN' },
    });
    expect((await refused(homeserver.anonymous, notice(dora.userId, 'x'))).status).toBe(401);
    const cases: [string, number, string][] = [
      ['@nobody:test.example', 404, 'M_NOT_FOUND'],
      [SENDER, 404, 'M_NOT_FOUND'],
      ['@dora:elsewhere.example', 400, 'M_INVALID_PARAM'],
      ['dora', 400, 'M_INVALID_PARAM'],
    ];
    for (const [userId, status, errcode] of cases)
      expect(await refused(admin, notice(userId, 'x'))).toMatchObject({ status, body: { errcode } });
    expect((await refused(admin, { user_id: dora.userId })).body['errcode']).toBe('M_MISSING_PARAM');
    expect(await invitesOf(homeserver.as(dora))).toEqual([]);
  });
});

describe('the room of notices', () => {
  const cannotLeave = { status: 403, body: { errcode: 'M_CANNOT_LEAVE_SERVER_NOTICE_ROOM' } };

  test('can be neither rejected nor changed by its reader', async () => {
    const emil = await homeserver.register('emil');
    const client = homeserver.as(emil);
    await tell(emil, 'Read me');
    const [roomId = 'none'] = await invitesOf(client);
    const path = `/rooms/${encodeURIComponent(roomId)}`;
    const member = `${path}/state/m.room.member/${encodeURIComponent(emil.userId)}`;
    expect(await client.try('POST', `${path}/leave`, {})).toMatchObject(cannotLeave);
    expect(await client.try('PUT', member, { membership: 'leave' })).toMatchObject(cannotLeave);
    await client.join(roomId);
    const attempts: [string, 'PUT' | 'POST', unknown][] = [
      ['/send/m.room.message/t1', 'PUT', { msgtype: 'm.text', body: 'x' }],
      ['/send/m.room.encrypted/t2', 'PUT', {}],
      ['/state/m.room.name', 'PUT', { name: 'Mine' }],
      ['/state/m.room.power_levels', 'PUT', { users_default: 100 }],
      ['/invite', 'POST', { user_id: administrator.userId }],
      ['/kick', 'POST', { user_id: SENDER }],
    ];
    for (const [end, method, body] of attempts)
      expect(await client.try(method, path + end, body)).toMatchObject({
        status: 403,
        body: { errcode: 'M_FORBIDDEN' },
      });
    expect((await client.sync<Synced>()).rooms?.join?.[roomId]).toBeDefined();
  });

  test('can be left by who has been inside, until there is more to tell', async () => {
    const ilse = await homeserver.register('ilse');
    const client = homeserver.as(ilse);
    await tell(ilse, 'Read me');
    const roomId = await roomOf(client);
    await client.post(`/rooms/${encodeURIComponent(roomId)}/leave`);
    expect(await invitesOf(client)).toEqual([]);
    await tell(ilse, 'Read this too');
    expect(await invitesOf(client)).toEqual([roomId]);
  });

  test('ends with the account', async () => {
    const frieda = await homeserver.register('frieda');
    await tell(frieda, 'Read me');
    const client = homeserver.as(frieda);
    const roomId = await roomOf(client);
    await client.post('/account/deactivate', {
      auth: {
        type: 'm.login.password',
        identifier: { type: 'm.id.user', user: 'frieda' },
        password: passwordOf('frieda'),
      },
    });
    const rows = await homeserver.database.database.reader.query(
      sql`select membership from membership join room on nid = room_nid where user_id = ${frieda.userId} and id = ${roomId}`,
    );
    expect(rows).toEqual([{ membership: 'leave' }]);
    expect((await admin.try('POST', PATH, notice(frieda.userId, 'x'))).status).toBe(404);
  });

  test('is no way around encryption for anybody else', async () => {
    const gerda = homeserver.as(await homeserver.register('gerda'));
    const roomId = await gerda.createRoom();
    expect(
      await gerda.try('PUT', `/rooms/${encodeURIComponent(roomId)}/send/m.room.message/t`, {
        msgtype: 'm.text',
        body: 'x',
      }),
    ).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } });
  });
});

test('nobody registers or logs in as the server', async () => {
  const auth = { type: 'm.login.dummy' };
  expect(
    (await homeserver.anonymous.try('POST', '/register', { username: '_server', password: 'password-1', auth })).body[
      'errcode'
    ],
  ).toBe('M_USER_IN_USE');
  for (const password of ['', 'password-1'])
    expect(
      (
        await homeserver.anonymous.try('POST', '/login', {
          type: 'm.login.password',
          identifier: { type: 'm.id.user', user: '_server' },
          password,
        })
      ).status,
    ).toBe(403);
  const watcher = homeserver.as({ accessToken: 'watcher-as-token' });
  const path = `/account/whoami?user_id=${encodeURIComponent(SENDER)}`;
  expect(await watcher.try('GET', path)).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } });
  const login = { type: 'm.login.application_service', identifier: { type: 'm.id.user', user: SENDER } };
  expect(await watcher.try('POST', '/login', login)).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } });
});
