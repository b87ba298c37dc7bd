import { startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let homeserver: TestHomeserver;
let agency: TestHomeserver;
let anna: TestUser;
let client: TestClient;
let path: string;

beforeAll(async () => {
  homeserver = await startHomeserver();
  agency = await startHomeserver({ features: { openRegistration: false, webAvatars: false } });
  anna = await homeserver.register('anna');
  client = homeserver.as(anna);
  path = `/profile/${encodeURIComponent(anna.userId)}`;
});
afterAll(async () => {
  await homeserver.stop();
  await agency.stop();
});

describe('a profile', () => {
  test('begins with the name that was typed, and may be empty, which is not the same as absent', async () => {
    const bernd = await homeserver.register('Bernd');
    expect(await client.get(`/profile/${encodeURIComponent(bernd.userId)}`)).toEqual({ displayname: 'Bernd' });
    await homeserver.as(bernd).delete(`/profile/${encodeURIComponent(bernd.userId)}/displayname`);
    expect(await client.get(`/profile/${encodeURIComponent(bernd.userId)}`)).toEqual({});
    expect((await client.try('GET', `/profile/${encodeURIComponent(bernd.userId)}/displayname`)).status).toBe(404);
    for (const nobody of ['@nobody:test.example', '@anna:elsewhere.example']) {
      expect(await client.try('GET', `/profile/${encodeURIComponent(nobody)}`)).toMatchObject({
        status: 404,
        body: { errcode: 'M_NOT_FOUND' },
      });
    }
    expect((await client.try('GET', '/profile/nobody')).status).toBe(400);
  });

  test('has fields that are set, read and removed', async () => {
    await client.put(`${path}/displayname`, { displayname: 'Anna Ärmel' });
    await client.put(`${path}/avatar_url`, { avatar_url: 'mxc://test.example/picture' });
    await client.put(`${path}/m.tz`, { 'm.tz': 'Europe/Berlin' });
    await client.put(`${path}/example.deep`, { 'example.deep': { list: [1, null] } });
    await client.put(`${path}/example.null`, { 'example.null': null });
    expect(await client.get(path)).toEqual({
      displayname: 'Anna Ärmel',
      avatar_url: 'mxc://test.example/picture',
      'm.tz': 'Europe/Berlin',
      'example.deep': { list: [1, null] },
      'example.null': null,
    });
    expect(await homeserver.anonymous.get(`${path}/m.tz`)).toEqual({ 'm.tz': 'Europe/Berlin' });
    for (const field of ['avatar_url', 'm.tz', 'example.deep', 'example.null']) await client.delete(`${path}/${field}`);
    await client.put(`${path}/displayname`, { displayname: '' });
    expect(await client.get(path)).toEqual({});
  });

  test.each([
    ['displayname', { displayname: 1 }, 'M_INVALID_PARAM'],
    ['displayname', { displayname: 'x'.repeat(257) }, 'M_INVALID_PARAM'],
    ['displayname', { displayname: 'a\0b' }, 'M_INVALID_PARAM'],
    ['avatar_url', { avatar_url: ['mxc://x'] }, 'M_INVALID_PARAM'],
    ['m.tz', { 'm.tz': null }, 'M_INVALID_PARAM'],
    ['m.tz', { 'm.tz': '' }, 'M_INVALID_PARAM'],
    ['m.tz', { 'm.tz': '+01:00' }, 'M_INVALID_PARAM'],
    ['m.tz', { 'm.tz': 'Mars/Olympus' }, 'M_INVALID_PARAM'],
    ['m.tz', { 'm.tz': 'Europe/Berlin\0' }, 'M_INVALID_PARAM'],
    ['displayname', { name: 'Anna' }, 'M_MISSING_PARAM'],
    ['toString', {}, 'M_INVALID_PARAM'],
    ['constructor', {}, 'M_MISSING_PARAM'],
    ['__proto__', { x: 1 }, 'M_INVALID_PARAM'],
    ['Upper', { Upper: 1 }, 'M_INVALID_PARAM'],
    ['x'.repeat(256), {}, 'M_KEY_TOO_LARGE'],
    ['example.big', { 'example.big': 'x'.repeat(64 * 1024) }, 'M_PROFILE_TOO_LARGE'],
  ])('does not take %s with %j', async (field, body, errcode) => {
    expect(await client.try('PUT', `${path}/${field}`, body)).toMatchObject({ status: 400, body: { errcode } });
  });

  test.each(['Europe/Kiev', 'Europe/Kyiv', 'US/Pacific', 'UTC', 'Etc/GMT+3'])(
    'takes %s for a time zone',
    async (zone) => {
      await client.put(`${path}/m.tz`, { 'm.tz': zone });
      expect(await client.get(`${path}/m.tz`)).toEqual({ 'm.tz': zone });
      await client.delete(`${path}/m.tz`);
    },
  );

  test('has no fields that it was not given', async () => {
    for (const field of ['constructor', '__proto__', 'hasOwnProperty'])
      expect((await client.try('GET', `${path}/${field}`)).status).toBe(404);
  });

  test('is changed by its person alone', async () => {
    const clara = homeserver.as(await homeserver.register('clara'));
    expect((await clara.try('PUT', `${path}/displayname`, { displayname: 'Eve' })).status).toBe(403);
    expect((await clara.try('DELETE', `${path}/displayname`)).status).toBe(403);
  });
});

test('rooms hear of a new name', async () => {
  const roomId = await client.createRoom();
  const left = await client.createRoom();
  await client.post(`/rooms/${encodeURIComponent(left)}/leave`);
  await client.put(`${path}/displayname`, { displayname: 'Anna in rooms' });
  const member = `/state/m.room.member/${encodeURIComponent(anna.userId)}`;
  expect(await client.get(`/rooms/${encodeURIComponent(roomId)}${member}`)).toMatchObject({
    membership: 'join',
    displayname: 'Anna in rooms',
  });
  expect(await client.get(`/rooms/${encodeURIComponent(left)}${member}`)).toMatchObject({ membership: 'leave' });
  const later = await client.createRoom();
  expect(await client.get(`/rooms/${encodeURIComponent(later)}${member}`)).toMatchObject({
    displayname: 'Anna in rooms',
  });
});

test('an agency takes no pictures at addresses that could tell who looks at them', async () => {
  const chief = await agency.registerAdministrator('chief');
  const picture = `/profile/${encodeURIComponent(chief.userId)}/avatar_url`;
  const asChief = agency.as(chief);
  expect(await asChief.try('PUT', picture, { avatar_url: 'https://tracker.example/pixel' })).toMatchObject({
    status: 400,
    body: { errcode: 'M_INVALID_PARAM' },
  });
  for (const avatarUrl of ['mxc://test.example/picture', '', null])
    expect((await asChief.try('PUT', picture, { avatar_url: avatarUrl })).status).toBe(200);
  expect((await asChief.try('GET', picture)).status).toBe(404);
});

test('an agency tells nobody outside who works there', async () => {
  const answers = await Promise.all(
    ['@anna:test.example', '@nobody:test.example'].map(async (userId) =>
      agency.anonymous.try('GET', `/profile/${encodeURIComponent(userId)}`),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual([401, 401]);
  expect(answers[0]?.body).toEqual(answers[1]?.body);
});

describe('the directory', () => {
  interface Found {
    readonly limited: boolean;
    readonly results: readonly { readonly user_id: string; readonly display_name?: string }[];
  }
  const search = async (term: string, limit?: number): Promise<Found> =>
    client.post<Found>('/user_directory/search', { search_term: term, ...(limit === undefined ? {} : { limit }) });

  test('finds people by parts of their names, whatever the accents', async () => {
    const dora = await homeserver.register('dora');
    await homeserver
      .as(dora)
      .put(`/profile/${encodeURIComponent(dora.userId)}/displayname`, { displayname: 'Dora Müller-Élan' });
    for (const term of ['dora m', 'MULLER', 'müller', 'elan', 'Ｄora', '@dora:test']) {
      expect(await search(term)).toEqual({
        limited: false,
        results: [{ user_id: dora.userId, display_name: 'Dora Müller-Élan' }],
      });
    }
    await homeserver
      .as(dora)
      .put(`/profile/${encodeURIComponent(dora.userId)}/displayname`, { displayname: 'Dora Huber' });
    expect((await search('müller')).results).toEqual([]);
  });

  test('does not list everybody, nor those who have left', async () => {
    const names = ['emil-one', 'emil-two', 'emil-three'];
    for (const name of names) await homeserver.register(name);
    expect(await search('emil', 2)).toMatchObject({ limited: true, results: [expect.anything(), expect.anything()] });
    for (const term of ['', ' ', 'e', '%', '_', '\0\0', '%%', '__'])
      expect(await search(term)).toEqual({ limited: false, results: [] });
    const gone = await homeserver.register('gone-person');
    const auth = { type: 'm.login.password', password: 'gone-person-password-1' };
    await homeserver.as(gone).post('/account/deactivate', { auth });
    expect((await search('gone-person')).results).toEqual([]);
    expect((await homeserver.anonymous.try('POST', '/user_directory/search', { search_term: 'emil' })).status).toBe(
      401,
    );
  });
});
