import { passwordOf, startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let homeserver: TestHomeserver;
let anna: TestUser;
let bernd: TestUser;
let client: TestClient;
let roomId: string;
let names = 0;

beforeAll(async () => {
  homeserver = await startHomeserver();
  anna = await homeserver.register('anna');
  bernd = await homeserver.register('bernd');
  client = homeserver.as(anna);
  roomId = await client.createRoom();
});
afterAll(async () => homeserver.stop());

interface Synced {
  readonly next_batch: string;
  readonly account_data?: { readonly events: readonly { type: string; content: object }[] };
  readonly rooms?: {
    readonly join?: Readonly<
      Record<string, { account_data?: { events: readonly { type: string; content: object }[] } }>
    >;
  };
}

const newType = (): string => `example.type${(names += 1)}`;
const own = (user: TestUser = anna): string => `/user/${encodeURIComponent(user.userId)}`;
const inRoom = (user: TestUser = anna): string => `${own(user)}/rooms/${encodeURIComponent(roomId)}`;
const unstable = (path: string): string => `/_matrix/client/unstable/org.matrix.msc3391${path}`;

describe.each([
  ['of the account', () => own(), ({ account_data: data }: Synced) => data?.events ?? []],
  ['of a room', () => inRoom(), ({ rooms }: Synced) => rooms?.join?.[roomId]?.account_data?.events ?? []],
])('data %s', (_name, base, eventsIn) => {
  test('is kept, synced and replaced', async () => {
    const type = newType();
    const path = `${base()}/account_data/${type}`;
    expect((await client.try('GET', path)).status).toBe(404);
    const { next_batch: before } = await client.sync<Synced>();
    await client.put(path, { one: 1, deep: { list: [true, null, 1.5, '\0'] } });
    expect(await client.get(path)).toEqual({ one: 1, deep: { list: [true, null, 1.5, '\0'] } });
    const next = await client.sync<Synced>(before);
    expect(eventsIn(next)).toContainEqual({ type, content: { one: 1, deep: { list: [true, null, 1.5, '\0'] } } });
    await client.put(path, { two: 2 });
    expect(eventsIn(await client.sync<Synced>(next.next_batch))).toEqual([{ type, content: { two: 2 } }]);
    expect(eventsIn(await client.sync<Synced>()).filter((event) => event.type === type)).toEqual([
      { type, content: { two: 2 } },
    ]);
  });

  test.each([
    ['removed', async (path: string) => client.delete(unstable(path))],
    ['emptied', async (path: string) => client.put(path, {})],
  ])('that was %s is empty for clients that had it and absent for new ones', async (_how, remove) => {
    const type = newType();
    await client.put(`${base()}/account_data/${type}`, { one: 1 });
    const { next_batch: before } = await client.sync<Synced>();
    await remove(`${base()}/account_data/${type}`);
    expect((await client.try('GET', `${base()}/account_data/${type}`)).status).toBe(404);
    expect(eventsIn(await client.sync<Synced>(before))).toContainEqual({ type, content: {} });
    expect(eventsIn(await client.sync<Synced>()).map((event) => event.type)).not.toContain(type);
  });

  test.each(['m.fully_read', 'm.push_rules'])('%s is not written this way', async (type) => {
    for (const answer of [
      await client.try('PUT', `${base()}/account_data/${type}`, { event_id: '$x' }),
      await client.try('DELETE', unstable(`${base()}/account_data/${type}`)),
    ]) {
      expect([answer.status, answer.body['errcode']]).toEqual([405, 'M_BAD_JSON']);
    }
  });

  test.each([['%00'], ['a%00b'], ['x'.repeat(256)]])('the type %s is refused', async (type) => {
    for (const method of ['GET', 'PUT'] as const) {
      expect(
        (await client.try(method, `${base()}/account_data/${type}`, method === 'PUT' ? {} : undefined)).status,
      ).toBe(400);
    }
  });

  test.each([['__proto__'], ['constructor'], ['hasOwnProperty']])('the type %s is like any other', async (type) => {
    expect((await client.try('GET', `${base()}/account_data/${type}`)).status).toBe(404);
    await client.put(`${base()}/account_data/${type}`, { [type]: { polluted: true } });
    expect(Object.keys(await client.get(`${base()}/account_data/${type}`))).toEqual([type]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

test('nobody reads or writes the data of somebody else', async () => {
  await homeserver.as(bernd).put(`${own(bernd)}/account_data/example.secret`, { secret: true });
  for (const path of [own(bernd), inRoom(bernd)]) {
    expect((await client.try('GET', `${path}/account_data/example.secret`)).status).toBe(403);
    expect((await client.try('PUT', `${path}/account_data/example.secret`, {})).status).toBe(403);
    expect((await client.try('DELETE', unstable(`${path}/account_data/example.secret`))).status).toBe(403);
  }
  expect((await client.try('GET', `${inRoom(bernd)}/tags`)).status).toBe(403);
  expect((await client.try('PUT', `${inRoom(bernd)}/tags/m.favourite`, {})).status).toBe(403);
});

test('what says that a device is silent goes with the device, and devices hear of it', async () => {
  const body = { type: 'm.login.password', user: bernd.userId, password: passwordOf('bernd') };
  const { access_token: accessToken, device_id: deviceId } = await homeserver.anonymous.post<{
    access_token: string;
    device_id: string;
  }>('/login', body);
  const asBernd = homeserver.as(bernd);
  const typeOf = (device: string): string => `org.matrix.msc3890.local_notification_settings.${device}`;
  for (const device of [deviceId, bernd.deviceId])
    await asBernd.put(`${own(bernd)}/account_data/${typeOf(device)}`, { is_silenced: true });
  const { next_batch: before } = await asBernd.sync<Synced>();
  await homeserver.as({ accessToken }).post('/logout');
  expect(await asBernd.try('GET', `${own(bernd)}/account_data/${typeOf(deviceId)}`)).toMatchObject({
    status: 404,
    body: { errcode: 'M_NOT_FOUND' },
  });
  expect(await asBernd.get(`${own(bernd)}/account_data/${typeOf(bernd.deviceId)}`)).toEqual({ is_silenced: true });
  expect((await asBernd.sync<Synced>(before)).account_data?.events).toEqual([{ type: typeOf(deviceId), content: {} }]);
});

test('content that is no object is refused', async () => {
  for (const body of [[], 'text', 1, null]) {
    expect((await client.try('PUT', `${own()}/account_data/example.malformed`, body)).status).toBe(400);
  }
});

test('news of account data end a long poll', async () => {
  const { next_batch: before } = await client.sync<Synced>();
  const poll = client.sync<Synced>(before, 60_000);
  await client.put(`${own()}/account_data/example.awaited`, { here: true });
  expect((await poll).account_data?.events).toEqual([{ type: 'example.awaited', content: { here: true } }]);
});

describe('tags', () => {
  test('are added, changed and removed one by one', async () => {
    await client.put(`${inRoom()}/tags/m.favourite`, { order: 0.5 });
    await client.put(`${inRoom()}/tags/u.work`);
    await client.put(`${inRoom()}/tags/m.favourite`, { order: 0.25 });
    expect(await client.get(`${inRoom()}/tags`)).toEqual({ tags: { 'm.favourite': { order: 0.25 }, 'u.work': {} } });
    expect(await client.get(`${inRoom()}/account_data/m.tag`)).toEqual({
      tags: { 'm.favourite': { order: 0.25 }, 'u.work': {} },
    });
    await client.delete(`${inRoom()}/tags/m.favourite`);
    await client.delete(`${inRoom()}/tags/m.favourite`);
    expect(await client.get(`${inRoom()}/tags`)).toEqual({ tags: { 'u.work': {} } });
  });

  test('set at the same moment are all there', async () => {
    const tags = Array.from({ length: 20 }, (_, index) => `u.many${index}`);
    await Promise.all(tags.map(async (tag) => client.put(`${inRoom()}/tags/${tag}`)));
    expect(Object.keys((await client.get<{ tags: object }>(`${inRoom()}/tags`)).tags)).toEqual(
      expect.arrayContaining(tags),
    );
  });

  test('have names and orders that make sense', async () => {
    expect((await client.try('PUT', `${inRoom()}/tags/${'ä'.repeat(128)}`, {})).status).toBe(400);
    expect((await client.try('PUT', `${inRoom()}/tags/u.order`, { order: 'first' })).status).toBe(400);
    await client.put(`${inRoom()}/tags/__proto__`, { order: 1 });
    await client.put(`${inRoom()}/tags/${encodeURIComponent('u.\0')}`, {});
    expect(Object.keys((await client.get<{ tags: object }>(`${inRoom()}/tags`)).tags)).toEqual(
      expect.arrayContaining(['__proto__', 'u.\0']),
    );
  });
});
