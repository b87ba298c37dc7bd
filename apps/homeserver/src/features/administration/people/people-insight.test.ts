import { startHomeserver, type TestClient, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditedActions } from '../testing/audited-actions.ts';

let homeserver: TestHomeserver;
let admin: TestClient;
beforeAll(async () => {
  homeserver = await startHomeserver();
  admin = homeserver.as(await homeserver.registerAdministrator('admin'));
});
afterAll(async () => homeserver.stop());

const of = (userId: string, what: string): string => `/_synapse/admin/v1/users/${encodeURIComponent(userId)}/${what}`;
const audited = async (target: string) => auditedActions(admin, target);

test('an administrator sees where somebody is and was, and how much they invited and joined since', async () => {
  const anna = await homeserver.register('anna');
  const bernd = await homeserver.register('bernd');
  const asAnna = homeserver.as(anna);
  const asBernd = homeserver.as(bernd);
  const [stayed, left] = [await asAnna.createRoom(), await asAnna.createRoom()];
  for (const roomId of [stayed, left]) {
    await asAnna.invite(roomId, bernd.userId);
    await asBernd.join(roomId);
  }
  await asBernd.post(`/rooms/${encodeURIComponent(left)}/leave`);
  // Another name is no coming.
  await asBernd.put(`/profile/${bernd.userId}/displayname`, { displayname: 'Bernd B.' });
  const moment = homeserver.clock.nowMs() + 1;
  homeserver.clock.advance(1000);
  const third = await asAnna.createRoom();
  await asAnna.invite(third, bernd.userId);
  await asBernd.put(`/profile/${bernd.userId}/displayname`, { displayname: 'Bernd' });

  expect(await admin.get(of(bernd.userId, 'memberships'))).toEqual({
    memberships: { [stayed]: 'join', [left]: 'leave', [third]: 'invite' },
    total: 3,
  });
  expect(await admin.get(of('@x:elsewhere.example', 'memberships'))).toEqual({ memberships: {}, total: 0 });
  const counts = async (userId: string, sinceMs: number) => [
    (await admin.get(of(userId, `sent_invite_count?from_ts=${sinceMs}`)))['invite_count'],
    (await admin.get(of(userId, `cumulative_joined_room_count?from_ts=${sinceMs}`)))['cumulative_joined_room_count'],
  ];
  expect(await counts(anna.userId, 0)).toEqual([3, 3]);
  expect(await counts(anna.userId, moment)).toEqual([1, 1]);
  expect(await counts(bernd.userId, 0)).toEqual([0, 2]);
  expect(await counts(bernd.userId, moment)).toEqual([0, 0]);
});

test('an administrator sees pushers and account data, and that the latter was looked at is on the record', async () => {
  const user = await homeserver.register('clara');
  const client = homeserver.as(user);
  const pusher = {
    kind: 'http',
    app_id: 'org.example.app',
    pushkey: 'key',
    app_display_name: 'App',
    device_display_name: 'Phone',
    lang: 'de',
    data: { url: 'https://push.example.org/_matrix/push/v1/notify' },
  };
  await client.post('/pushers/set', pusher);
  const roomId = await client.createRoom();
  await client.put(`/user/${user.userId}/account_data/org.example.data`, { a: 1 });
  await client.put(`/user/${user.userId}/rooms/${encodeURIComponent(roomId)}/account_data/org.example.room`, { b: 2 });
  expect(await admin.get(of(user.userId, 'pushers'))).toMatchObject({
    pushers: [{ ...pusher, profile_tag: '' }],
    total: 1,
  });
  expect(await admin.get(of(user.userId, 'accountdata'))).toEqual({
    account_data: { global: { 'org.example.data': { a: 1 } }, rooms: { [roomId]: { 'org.example.room': { b: 2 } } } },
  });
  expect(await audited(user.userId)).toEqual(['user.read-account-data']);
});

test('an administrator makes, names and removes devices', async () => {
  const user = await homeserver.register('dora');
  const devices = `/_synapse/admin/v2/users/${user.userId}/devices`;
  await admin.post(devices, { device_id: 'SPARE' });
  await admin.post(devices, { device_id: 'SPARE' });
  await admin.put(`${devices}/SPARE`, { display_name: 'In the drawer' });
  await admin.put(`${devices}/SPARE`, {});
  expect(await admin.get(`${devices}/SPARE`)).toMatchObject({
    device_id: 'SPARE',
    user_id: user.userId,
    display_name: 'In the drawer',
    dehydrated: false,
  });
  expect(await admin.get(devices)).toMatchObject({ total: 2 });
  await admin.delete(`${devices}/${user.deviceId}`);
  expect((await homeserver.as(user).try('GET', '/account/whoami')).status).toBe(401);
  for (const [method, path, body] of [
    ['GET', `${devices}/NONE`, undefined],
    ['PUT', `${devices}/NONE`, { display_name: 'x' }],
    ['DELETE', `${devices}/NONE`, undefined],
    ['POST', '/_synapse/admin/v2/users/@nobody:test.example/devices', { device_id: 'X' }],
  ] as const)
    expect((await admin.try(method, path, body)).body['errcode']).toBe('M_NOT_FOUND');
  expect((await admin.try('POST', devices, { device_id: '' })).body['errcode']).toBe('M_INVALID_PARAM');
  expect((await admin.try('POST', devices, {})).status).toBe(400);
  expect(await audited(user.userId)).toEqual(['user.add-device', 'user.rename-device', 'user.delete-devices']);
});

test('an administrator looks people up by what they are known by', async () => {
  await homeserver.register('emil');
  const available = async (name: string) => admin.try('GET', `/_synapse/admin/v1/username_available?username=${name}`);
  expect(await available('free')).toMatchObject({ status: 200, body: { available: true } });
  expect((await available('emil')).body['errcode']).toBe('M_USER_IN_USE');
  expect((await available('%20')).body['errcode']).toBe('M_INVALID_USERNAME');
  for (const path of [
    'threepid/email/users/nobody%40agency.example',
    'threepid/msisdn/users/4711',
    'auth_providers/oidc-x/users/a%2Fb',
  ])
    expect((await admin.try('GET', `/_synapse/admin/v1/${path}`)).body['errcode']).toBe('M_NOT_FOUND');
});

test('what the server does not do is refused in so many words', async () => {
  const { userId } = await homeserver.register('frieda');
  const forbidden = { status: 403, body: { errcode: 'M_FORBIDDEN' } };
  expect(await admin.try('POST', of(userId, 'shadow_ban'))).toMatchObject(forbidden);
  expect(await admin.delete(of(userId, 'shadow_ban'))).toEqual({});
  const validity = '/_synapse/admin/v1/account_validity/validity';
  expect(await admin.try('POST', validity, { user_id: userId })).toMatchObject(forbidden);
  const features = `/_synapse/admin/v1/experimental_features/${userId}`;
  const known = await admin.get(features);
  expect(known).toEqual({ features: { msc3881: true, msc3575: false, msc4222: true } });
  expect(await admin.put(features, known)).toEqual({});
  for (const wanted of [{ msc3881: false }, { msc3575: true }, { msc9999: true }, { toString: true }])
    expect((await admin.try('PUT', features, { features: wanted })).body['errcode']).toBe('M_INVALID_PARAM');
});

test('an administrator sees and removes what somebody uploaded, and what everybody’s files take up', async () => {
  const gustav = await homeserver.register('gustav');
  const hedwig = await homeserver.register('hedwig');
  const upload = async (token: { readonly accessToken: string }, body: object) =>
    (await homeserver.as(token).post<{ content_uri: string }>('/_matrix/media/v3/upload', body)).content_uri;
  const ids: string[] = [];
  for (const size of [10, 30, 20]) {
    homeserver.clock.advance(1000);
    ids.push((await upload(gustav, { text: 'x'.repeat(size) })).split('/').at(-1) ?? '');
  }
  await upload(hedwig, {});
  const media = of(gustav.userId, 'media');
  const listed = async (query: string) => {
    const page = await admin.get<{ media: { media_id: string }[] }>(`${media}?${query}`);
    return page.media.map(({ media_id: id }) => ids.indexOf(id));
  };
  expect(await admin.get(media)).toMatchObject({
    total: 3,
    media: [
      {
        media_id: ids[2],
        media_type: 'application/json',
        media_length: '{"text":""}'.length + 20,
        upload_name: null,
        created_ts: homeserver.clock.nowMs(),
        last_access_ts: null,
        quarantined_by: null,
        safe_from_quarantine: false,
      },
      {},
      {},
    ],
  });
  expect(await listed('order_by=created_ts')).toEqual([0, 1, 2]);
  expect(await listed('order_by=media_length&dir=b')).toEqual([1, 2, 0]);
  expect(await admin.get(`${media}?limit=2`)).toMatchObject({ next_token: 2 });
  expect(await listed('limit=2&from=2')).toEqual([0]);
  await admin.post(`/_synapse/admin/v1/media/protect/${ids[1]}`);
  await admin.post(`/_synapse/admin/v1/media/quarantine/test.example/${ids[0]}`);
  const marked = await admin.get<{ media: { quarantined_by: string | null; safe_from_quarantine: boolean }[] }>(media);
  expect(marked.media.map((file) => file.safe_from_quarantine)).toEqual([false, true, false]);
  expect(marked.media.map((file) => file.quarantined_by)).toEqual([null, null, '@admin:test.example']);
  const usage = '/_synapse/admin/v1/statistics/users/media';
  expect(await admin.get(`${usage}?order_by=media_count&dir=b`)).toMatchObject({
    total: 2,
    users: [
      { user_id: gustav.userId, displayname: 'gustav', media_count: 3, media_length: 3 * '{"text":""}'.length + 60 },
      { user_id: hedwig.userId, media_count: 1 },
    ],
  });
  expect(await admin.get(`${usage}?search_term=hedw`)).toMatchObject({ total: 1 });
  expect(await admin.get(`${usage}?until_ts=1`)).toEqual({ users: [], total: 0 });
  expect(await admin.delete(`${media}?limit=2`)).toEqual({ deleted_media: [ids[2], ids[1]], total: 2 });
  expect(await admin.delete(media)).toEqual({ deleted_media: [ids[0]], total: 1 });
  expect(await admin.delete(media)).toEqual({ deleted_media: [], total: 0 });
  const file = await homeserver.as(hedwig).try('GET', `/_matrix/client/v1/media/download/test.example/${ids[0]}`);
  expect(file.status).toBe(404);
  expect(await audited(gustav.userId)).toEqual(['user.remove-media', 'user.remove-media']);
});
