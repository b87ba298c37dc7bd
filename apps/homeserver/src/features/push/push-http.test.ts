import { startHomeserver, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

let homeserver: TestHomeserver;
let anna: TestUser;
let bernd: TestUser;
let count = 0;

beforeAll(async () => {
  homeserver = await startHomeserver();
});
afterAll(async () => homeserver.stop());
beforeEach(async () => {
  count += 1;
  [anna, bernd] = [await homeserver.register(`anna${count}`), await homeserver.register(`bernd${count}`)];
});

interface Rules {
  readonly global: Readonly<Record<string, readonly { readonly rule_id: string; readonly enabled: boolean }[]>>;
}

const ids = async (kind: string): Promise<readonly string[]> =>
  ((await homeserver.as(anna).get<Rules>('/pushrules/')).global[kind] ?? []).map((rule) => rule.rule_id);

test('rules are added, placed, switched, changed and removed', async () => {
  const client = homeserver.as(anna);
  await client.put('/pushrules/global/content/tea', { actions: ['notify'], pattern: 'tea' });
  await client.put('/pushrules/global/content/time?after=tea', { actions: ['notify'], pattern: 'time' });
  await client.put('/pushrules/global/content/toast?before=tea', { actions: ['notify'], pattern: 'toast' });
  expect(await ids('content')).toEqual(['toast', 'tea', 'time']);
  await client.put('/pushrules/global/content/tea/enabled', { enabled: false });
  await client.put('/pushrules/global/content/tea/actions', {
    actions: ['notify', { set_tweak: 'highlight' }, 'dont_notify'],
  });
  expect(await client.get('/pushrules/global/content/tea')).toEqual({
    rule_id: 'tea',
    default: false,
    enabled: false,
    pattern: 'tea',
    actions: ['notify', { set_tweak: 'highlight' }, 'dont_notify'],
  });
  expect(await client.get('/pushrules/global/content/tea/enabled')).toEqual({ enabled: false });
  await client.delete('/pushrules/global/content/tea');
  expect(await ids('content')).toEqual(['toast', 'time']);
});

test.each([
  ['GET', 'content/absent', undefined, 404],
  ['GET', 'nonsense/absent', undefined, 400],
  ['DELETE', 'override/.m.rule.master', undefined, 400],
  ['PUT', 'override/.m.rule.master', { actions: [] }, 400],
  ['PUT', 'content/x', { actions: ['notify'] }, 400],
  ['PUT', 'content/x', { actions: ['shout'], pattern: 'x' }, 400],
  ['PUT', 'content/x?before=absent', { actions: ['notify'], pattern: 'x' }, 400],
  ['PUT', 'postcontent/x', { actions: ['notify'], conditions: [] }, 400],
  ['GET', 'postcontent/.io.element.msc4306.rule.subscribed_thread', undefined, 404],
  ['PUT', 'override/.m.rule.master/enabled', { enabled: true }, 200],
  ['PUT', 'content/x', { actions: ['notify'], pattern: 'x' }, 200],
] as const)('%s of %s answers as it should', async (method, path, body, status) => {
  expect(await homeserver.as(anna).try(method, `/pushrules/global/${path}`, body)).toMatchObject({ status });
});

test('a change of rules reaches the other devices as account data', async () => {
  const client = homeserver.as(anna);
  const { next_batch: since } = await client.sync<{ next_batch: string }>();
  const news = client.sync<{ account_data: { events: readonly { type: string; content: Rules }[] } }>(since, 20_000);
  await client.put('/pushrules/global/override/.m.rule.master/enabled', { enabled: true });
  const [event] = (await news).account_data.events;
  expect(event?.type).toBe('m.push_rules');
  expect(event?.content.global['override']?.[0]).toMatchObject({ rule_id: '.m.rule.master', enabled: true });
});

test('rules edited at once are all kept', async () => {
  const words = Array.from({ length: 20 }, (_, index) => `word${index}`);
  await Promise.all(
    words.map((word) =>
      homeserver.as(anna).put(`/pushrules/global/content/${word}`, { actions: ['notify'], pattern: word }),
    ),
  );
  expect((await ids('content')).toSorted()).toEqual(words.toSorted());
});

const pusher = {
  app_id: 'org.example.app',
  pushkey: 'key',
  kind: 'http',
  app_display_name: 'App',
  device_display_name: 'Phone',
  lang: 'de',
  data: { url: 'https://push.example.org/_matrix/push/v1/notify' },
};

test('a pusher is set, listed and removed, and belongs to who set it last', async () => {
  const client = homeserver.as(anna);
  await client.post('/pushers/set', pusher);
  const own = { 'org.matrix.msc3881.enabled': true, 'org.matrix.msc3881.device_id': anna.deviceId };
  expect(await client.get('/pushers')).toEqual({ pushers: [{ ...pusher, ...own }] });
  await client.post('/pushers/set', { app_id: pusher.app_id, pushkey: pusher.pushkey, kind: null });
  expect(await client.get('/pushers')).toEqual({ pushers: [] });
  await client.post('/pushers/set', pusher);
  // The same app on the same phone, now used by somebody else.
  await homeserver.as(bernd).post('/pushers/set', pusher);
  expect(await client.get('/pushers')).toEqual({ pushers: [] });
  expect(await homeserver.as(bernd).get('/pushers')).toMatchObject({ pushers: [pusher] });
});

test.each([
  [{ data: {} }],
  [{ data: { url: 'ftp://push.example.org/_matrix/push/v1/notify' } }],
  [{ data: { url: 'https://push.example.org/elsewhere' } }],
  [{ data: { url: 'https://user:secret@push.example.org/_matrix/push/v1/notify' } }],
  [{ kind: 'email' }],
  [{ lang: undefined }],
  [{ pushkey: 'x'.repeat(513) }],
])('a pusher with %j is refused', async (difference) => {
  expect(await homeserver.as(anna).try('POST', '/pushers/set', { ...pusher, ...difference })).toMatchObject({
    status: 400,
  });
  expect(await homeserver.as(anna).try('POST', '/pushers/set', pusher)).toMatchObject({ status: 200 });
});

test('notifications list what was notified of, newest first, page by page', async () => {
  const roomId = await homeserver.as(anna).createRoom({ preset: 'public_chat' });
  await homeserver.as(bernd).join(roomId);
  const first = await homeserver.as(bernd).send(roomId, 'one');
  await homeserver.as(anna).post(`/rooms/${encodeURIComponent(roomId)}/receipt/m.read/${encodeURIComponent(first)}`);
  await homeserver.as(bernd).put(`/rooms/${encodeURIComponent(roomId)}/send/m.room.message/t2`, {
    msgtype: 'm.text',
    body: 'two',
    'm.mentions': { user_ids: [anna.userId] },
  });
  await homeserver.as(anna).put(`/rooms/${encodeURIComponent(roomId)}/send/m.reaction/t3`, {});
  const page = await homeserver.as(anna).get<{ next_token: string }>('/notifications?limit=1');
  expect(page).toMatchObject({ notifications: [{ read: true, room_id: roomId, event: { content: { body: 'two' } } }] });
  const older = await homeserver.as(anna).get(`/notifications?limit=5&from=${page.next_token}`);
  expect(older).toMatchObject({ notifications: [{ read: true, event: { event_id: first } }] });
  expect(older['next_token']).toBeUndefined();
  const highlights = await homeserver.as(anna).get('/notifications?only=highlight');
  expect(highlights).toMatchObject({ notifications: [{ event: { content: { body: 'two' } } }] });
});

test('notifications list invitations, until they are refused, and nothing else of rooms that one is not in', async () => {
  const [asAnna, asBernd] = [homeserver.as(anna), homeserver.as(bernd)];
  const invite = async (): Promise<string> => {
    const roomId = await asBernd.createRoom({ preset: 'public_chat' });
    await asBernd.send(roomId, 'before');
    await asBernd.post(`/rooms/${encodeURIComponent(roomId)}/invite`, { user_id: anna.userId });
    await asBernd.send(roomId, 'after');
    return roomId;
  };
  const [first, second] = [await invite(), await invite()];
  const list = async (query = '') =>
    asAnna.get<{ next_token?: string; notifications: { room_id: string; read: boolean; event: { type: string } }[] }>(
      `/notifications?${query}`,
    );
  const page = await list('limit=1');
  expect(page.notifications).toEqual([
    {
      actions: ['notify', { set_tweak: 'sound', value: 'default' }],
      event: expect.objectContaining({ type: 'm.room.member', state_key: anna.userId, sender: bernd.userId }),
      read: false,
      room_id: second,
      ts: expect.any(Number),
    },
  ]);
  expect(await list(`from=${page.next_token}`)).toMatchObject({ notifications: [{ room_id: first, read: false }] });
  expect((await list('only=highlight')).notifications).toEqual([]);
  await asAnna.post(`/rooms/${encodeURIComponent(second)}/leave`);
  await asAnna.join(first);
  await asBernd.send(first, 'welcome');
  const { notifications } = await list();
  expect(notifications.map(({ room_id: roomId, read, event }) => [roomId, read, event.type])).toEqual([
    [first, false, 'm.room.message'],
    [first, true, 'm.room.message'],
    [first, true, 'm.room.member'],
    [first, true, 'm.room.message'],
  ]);
  await asAnna.put(`/user/${encodeURIComponent(anna.userId)}/account_data/m.ignored_user_list`, {
    ignored_users: { [bernd.userId]: {} },
  });
  expect((await list()).notifications).toEqual([]);
});
