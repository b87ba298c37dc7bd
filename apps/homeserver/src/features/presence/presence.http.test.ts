import type { JsonObject } from '@stafette/protocol';
import { startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

let homeserver: TestHomeserver;
let anna: TestUser;
let bernd: TestUser;
let stranger: TestUser;
let annas: TestClient;
let bernds: TestClient;
let roomId: string;

const statusOf = ({ userId }: TestUser): string => `/presence/${encodeURIComponent(userId)}/status`;

interface PresenceEvent {
  readonly type: string;
  readonly sender: string;
  readonly content: JsonObject;
}
interface SyncAnswer {
  readonly next_batch: string;
  readonly presence?: { readonly events: readonly PresenceEvent[] };
}

const of = (user: TestUser, events: readonly PresenceEvent[] = []): JsonObject | undefined =>
  events.find(({ type, sender }) => type === 'm.presence' && sender === user.userId)?.content;

/** What somebody hears of another after a token, waiting for it. */
async function hear(client: TestClient, since: string, about: TestUser): Promise<JsonObject | undefined> {
  for (let from = since; ;) {
    const { next_batch: nextBatch, presence } = await client.get<SyncAnswer>(
      `/sync?since=${from}&timeout=10000&set_presence=offline`,
    );
    const heard = of(about, presence?.events);
    if (heard !== undefined || nextBatch === from) return heard;
    from = nextBatch;
  }
}

beforeAll(async () => {
  homeserver = await startHomeserver({ features: { presence: true } });
  [anna, bernd, stranger] = [
    await homeserver.register('anna'),
    await homeserver.register('bernd'),
    await homeserver.register('stranger'),
  ];
  [annas, bernds] = [homeserver.as(anna), homeserver.as(bernd)];
  roomId = await annas.createRoom({ preset: 'public_chat' });
  await bernds.join(roomId);
});
afterAll(async () => homeserver.stop());

test('a status that was set is what people who share a room read', async () => {
  expect(await annas.get(statusOf(anna))).toEqual({ presence: 'offline' });
  await annas.put(statusOf(anna), { presence: 'online', status_msg: 'Testing something' });
  const expected = { presence: 'online', status_msg: 'Testing something', last_active_ago: 0, currently_active: true };
  expect(await annas.get(statusOf(anna))).toEqual(expected);
  expect(await bernds.get(statusOf(anna))).toEqual(expected);
  expect(await homeserver.as(stranger).try('GET', statusOf(anna))).toMatchObject({
    status: 403,
    body: { errcode: 'M_FORBIDDEN' },
  });
  expect(await annas.try('GET', statusOf({ ...anna, userId: '@nobody:test.example' }))).toMatchObject({ status: 403 });
  expect(await annas.try('GET', statusOf({ ...anna, userId: 'nobody' }))).toMatchObject({
    status: 400,
    body: { errcode: 'M_INVALID_PARAM' },
  });
  expect(await homeserver.anonymous.try('GET', statusOf(anna))).toMatchObject({ status: 401 });
  expect(await annas.try('PUT', statusOf(bernd), { presence: 'online' })).toMatchObject({
    status: 403,
    body: { errcode: 'M_FORBIDDEN' },
  });
  for (const body of [
    {},
    { presence: 'busy' },
    { presence: 'online', status_msg: 'x'.repeat(513) },
    { presence: 'online', status_msg: 'nul \0' },
    { presence: 'online', status_msg: {} },
  ])
    expect(await annas.try('PUT', statusOf(anna), body)).toMatchObject({
      status: 400,
      body: { errcode: expect.stringMatching(/^M_(BAD_JSON|MISSING_PARAM|INVALID_PARAM)$/) },
    });
  expect(await annas.get(statusOf(anna))).toEqual(expected);
  await annas.put(statusOf(anna), { presence: 'offline', status_msg: null });
  expect(await bernds.get(statusOf(anna))).toEqual({ presence: 'offline', last_active_ago: 0 });
});

test('asking for news says how somebody appears, and tells the others', async () => {
  const { next_batch: since } = await bernds.get<SyncAnswer>('/sync?set_presence=offline');
  const own = await annas.get<SyncAnswer>('/sync?set_presence=unavailable');
  expect(of(anna, own.presence?.events)).toEqual({ presence: 'unavailable', last_active_ago: 0 });
  expect(await hear(bernds, since, anna)).toMatchObject({ presence: 'unavailable' });
  const { next_batch: later } = await bernds.get<SyncAnswer>('/sync?set_presence=offline');
  await annas.get('/sync');
  expect(await hear(bernds, later, anna)).toMatchObject({ presence: 'online', currently_active: true });
  expect(await bernds.get(statusOf(bernd))).toEqual({ presence: 'offline' });
  expect(await annas.try('GET', '/sync?set_presence=busy')).toMatchObject({ status: 400 });
});

test.each([
  [
    'as it is deployed',
    '/_matrix/client/unstable/org.matrix.simplified_msc3575/sync?set_presence=',
    (): undefined => undefined,
  ],
  ['as it was accepted', '/_matrix/client/v4/sync?', (presence: string): JsonObject => ({ set_presence: presence })],
])('so does sliding sync %s, which tells of nobody', async (_name, path, bodyFor) => {
  const ask = async (presence: string): Promise<JsonObject> =>
    bernds.post(path.endsWith('=') ? path + presence : path, bodyFor(presence) ?? {});
  homeserver.clock.advance(30_000);
  await ask('offline');
  expect(await bernds.get(statusOf(bernd))).toMatchObject({ presence: 'offline' });
  expect(JSON.stringify(await ask('unavailable'))).not.toContain('m.presence');
  expect(await bernds.get(statusOf(bernd))).toMatchObject({ presence: 'unavailable' });
  await ask('online');
  expect(await bernds.get(statusOf(bernd))).toMatchObject({ presence: 'online' });
});

test('receipts and typing are activity', async () => {
  const eventId = await annas.send(roomId, 'to be read');
  const room = `/rooms/${encodeURIComponent(roomId)}`;
  const acts = [
    async () => bernds.post(`${room}/receipt/m.read/${encodeURIComponent(eventId)}`),
    async () => bernds.put(`${room}/typing/${encodeURIComponent(bernd.userId)}`, { typing: true }),
  ];
  for (const act of acts) {
    await bernds.put(statusOf(bernd), { presence: 'unavailable' });
    await act();
    expect(await bernds.get(statusOf(bernd))).toMatchObject({ presence: 'online' });
  }
});

test('a person who comes into a room is seen there, and who leaves it is not', async () => {
  const strangers = homeserver.as(stranger);
  await strangers.put(statusOf(stranger), { presence: 'online', status_msg: 'new here' });
  const { next_batch: since } = await annas.get<SyncAnswer>('/sync?set_presence=offline');
  await annas.put(statusOf(anna), { presence: 'online', status_msg: 'since long' });
  await strangers.join(roomId);
  expect(await hear(annas, since, stranger)).toMatchObject({ status_msg: 'new here' });
  const first = await strangers.get<SyncAnswer>('/sync');
  expect(of(anna, first.presence?.events)).toMatchObject({ status_msg: 'since long' });
  await strangers.post(`/rooms/${encodeURIComponent(roomId)}/leave`);
  const { next_batch: parted } = await annas.get<SyncAnswer>('/sync?set_presence=offline');
  await strangers.put(statusOf(stranger), { presence: 'unavailable' });
  const after = await annas.get<SyncAnswer>(`/sync?since=${parted}&set_presence=offline`);
  expect(of(stranger, after.presence?.events)).toBeUndefined();
  expect(await annas.try('GET', statusOf(stranger))).toMatchObject({ status: 403 });
});

test('the first answers before there was /sync have it too, with the name of whom it is about inside', async () => {
  await bernds.put(statusOf(bernd), { presence: 'unavailable', status_msg: 'gone' });
  const { presence } = await annas.get<{ presence: PresenceEvent[] }>('/initialSync?limit=1');
  expect(of(anna, presence)).toMatchObject({ user_id: anna.userId, presence: 'online' });
  expect(of(bernd, presence)).toMatchObject({ user_id: bernd.userId, status_msg: 'gone' });
  const room = `/rooms/${encodeURIComponent(roomId)}/initialSync?limit=1`;
  const inRoom = (await annas.get<{ presence: PresenceEvent[] }>(room)).presence;
  expect(of(bernd, inRoom)).toEqual(of(bernd, presence));
  // Who has left the room reads what was said there, and not who is there.
  expect(await homeserver.as(stranger).get(room)).toMatchObject({ membership: 'leave', presence: [] });
});

test('a closed account is not seen any more', async () => {
  const clara = await homeserver.register('clara');
  const claras = homeserver.as(clara);
  await claras.join(roomId);
  await claras.put(statusOf(clara), { presence: 'online', status_msg: 'soon gone' });
  const auth = {
    type: 'm.login.password',
    identifier: { type: 'm.id.user', user: 'clara' },
    password: 'clara-password-1',
  };
  await claras.post('/account/deactivate', { auth });
  const { presence } = await annas.get<SyncAnswer>('/sync');
  expect(of(clara, presence?.events)).toBeUndefined();
  expect(await annas.try('GET', statusOf(clara))).toMatchObject({ status: 403 });
});

test('another name or picture is told with how its person appears', async () => {
  const path = `/profile/${encodeURIComponent(anna.userId)}`;
  await annas.put(statusOf(anna), { presence: 'online', status_msg: 'here' });
  const { next_batch: since } = await bernds.get<SyncAnswer>('/sync?set_presence=offline');
  await annas.put(`${path}/displayname`, { displayname: 'Anna B.' });
  const heard = async (token: string, name: string): Promise<JsonObject> => {
    for (let from = token; ;) {
      const body = await bernds.get<SyncAnswer>(`/sync?since=${from}&timeout=10000&set_presence=offline`);
      const content = of(anna, body.presence?.events);
      if (content?.['displayname'] === name || body.next_batch === from) return content ?? {};
      from = body.next_batch;
    }
  };
  expect(await heard(since, 'Anna B.')).toMatchObject({
    presence: 'online',
    status_msg: 'here',
    displayname: 'Anna B.',
  });
  await annas.put(`${path}/avatar_url`, { avatar_url: 'mxc://test.example/anna' });
  await expect
    .poll(async () => of(anna, (await bernds.get<SyncAnswer>('/sync?set_presence=offline')).presence?.events))
    .toMatchObject({ displayname: 'Anna B.', avatar_url: 'mxc://test.example/anna' });
});
