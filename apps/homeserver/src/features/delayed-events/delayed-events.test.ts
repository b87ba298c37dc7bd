import { startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const DELAYED = '/_matrix/client/unstable/org.matrix.msc4140/delayed_events';
const HOUR_MS = 60 * 60 * 1000;
const MAX_PER_USER = 5;

let server: TestHomeserver;
let anna: TestUser;
let asAnna: TestClient;
let bernd: TestUser;
let asBernd: TestClient;
let roomId: string;
beforeAll(async () => {
  server = await startHomeserver({ settings: { delayedEvents: { maxDelayMs: HOUR_MS, maxPerUser: MAX_PER_USER } } });
  anna = await server.register('anna');
  bernd = await server.register('bernd');
  [asAnna, asBernd] = [server.as(anna), server.as(bernd)];
  roomId = await asAnna.createRoom({ preset: 'public_chat' });
  await asBernd.join(roomId);
});
afterAll(async () => server.stop());

interface Waiting {
  readonly delay_id: string;
  readonly content: object;
  readonly scheduled_at: number;
}

const room = (rest: string): string => `/rooms/${encodeURIComponent(roomId)}${rest}`;
const later = (path: string, delayMs: number): string => `${room(path)}?org.matrix.msc4140.delay=${delayMs}`;
const list = async (client: TestClient) => (await client.get<{ delayed_events: Waiting[] }>(DELAYED)).delayed_events;
const scheduleTopic = async (topic: string, delayMs: number) =>
  (await asAnna.put<{ delay_id: string }>(later('/state/m.room.topic/', delayMs), { topic })).delay_id;
const topicNow = async () => (await asBernd.try('GET', room('/state/m.room.topic'))).body['topic'];

interface News {
  readonly next_batch: string;
  readonly rooms?: { join?: Record<string, { timeline: { events: { content: object; unsigned?: object }[] } }> };
}

/** Waits at `/sync` for what the server does by itself. */
async function newsAfter(client: TestClient, since: string) {
  const news = await client.sync<News>(since, 10_000);
  return news.rooms?.join?.[roomId]?.timeline.events ?? [];
}

describe('a delayed event', () => {
  test('waits for its sender alone to see, and is sent when its time has come, once', async () => {
    const [before, beforeOfAnna] = [await asBernd.sync<News>(), await asAnna.sync<News>()];
    const path = later('/send/m.room.message/one', 5_000);
    const { delay_id: delayId } = await asAnna.put<{ delay_id: string }>(path, { body: 'bye' });
    expect(await asAnna.put(path)).toEqual({ delay_id: delayId });
    expect(await list(asAnna)).toMatchObject([
      { delay_id: delayId, room_id: roomId, type: 'm.room.message', delay_ms: 5_000, content: { body: 'bye' } },
    ]);
    expect(await list(asBernd)).toEqual([]);
    expect((await asBernd.try('GET', `${DELAYED}/${delayId}`)).status).toBe(404);
    server.clock.advance(5_000);
    const [event] = await newsAfter(asBernd, before.next_batch);
    expect(event).toMatchObject({ content: { body: 'bye' } });
    expect(event?.unsigned).not.toHaveProperty(['org.matrix.msc4140.delay_id']);
    expect((await newsAfter(asAnna, beforeOfAnna.next_batch))[0]?.unsigned).toHaveProperty(
      ['org.matrix.msc4140.delay_id'],
      delayId,
    );
    await asAnna.post(`${DELAYED}/${delayId}/send`);
    const { chunk } = await asBernd.get<{ chunk: { content: { body?: string } }[] }>(room('/messages?dir=b&limit=50'));
    expect(chunk.filter(({ content }) => content.body === 'bye')).toHaveLength(1);
    expect(await list(asAnna)).toEqual([]);
    expect(await asAnna.get(`${DELAYED}/${delayId}`)).toMatchObject({ event_id: expect.any(String) });
    expect((await asAnna.try('POST', `${DELAYED}/${delayId}/cancel`)).status).toBe(409);
  });

  test('is cancelled, hurried or begun anew by whoever knows its id, and by nobody else', async () => {
    const [cancelled, hurried, renewed] = [
      await scheduleTopic('cancelled', 60_000),
      await scheduleTopic('hurried', 60_000),
      await scheduleTopic('renewed', 60_000),
    ];
    for (const action of ['cancel', 'restart', 'send']) {
      expect((await asBernd.try('POST', `${DELAYED}/${cancelled}/${action}`)).status).toBe(404);
      expect((await server.anonymous.try('POST', `${DELAYED}/unknown/${action}`)).status).toBe(404);
    }
    expect((await server.anonymous.try('POST', `${DELAYED}/${cancelled}/oops`)).status).toBe(404);
    expect((await server.anonymous.try('POST', `${DELAYED}/${cancelled}`, { action: 'oops' })).status).toBe(400);
    expect((await server.anonymous.try('GET', DELAYED)).status).toBe(401);

    await server.anonymous.post(`${DELAYED}/${cancelled}/cancel`);
    await server.anonymous.post(`${DELAYED}/${cancelled}/cancel`);
    for (const action of ['restart', 'send'])
      expect((await asAnna.try('POST', `${DELAYED}/${cancelled}/${action}`)).status).toBe(409);
    await asAnna.post(`${DELAYED}/${hurried}`, { action: 'send' });
    expect(await topicNow()).toBe('hurried');
    server.clock.advance(40_000);
    await server.anonymous.post(`${DELAYED}/${renewed}/restart`);
    server.clock.advance(40_000);
    expect((await list(asAnna)).map(({ delay_id: id }) => id)).toEqual([renewed]);
    const { next_batch: before } = await asBernd.sync<News>();
    server.clock.advance(20_000);
    expect(await newsAfter(asBernd, before)).toMatchObject([{ content: { topic: 'renewed' } }]);
    // Readers see the event before it is noted as sent.
    await expect.poll(async () => list(asAnna)).toEqual([]);
  });

  test('is refused when it would wait too long, or when too many wait', async () => {
    expect(await asAnna.try('PUT', later('/state/m.room.topic/', HOUR_MS + 1), { topic: 'x' })).toMatchObject({
      status: 400,
      body: { 'org.matrix.msc4140.errcode': 'M_MAX_DELAY_EXCEEDED', 'org.matrix.msc4140.max_delay': HOUR_MS },
    });
    for (const delay of [0, -1, 'x'])
      expect((await asAnna.try('PUT', room(`/send/m.x/1?org.matrix.msc4140.delay=${delay}`), {})).status).toBe(400);
    expect((await asAnna.try('PUT', later('/send/m.x/2', 1_000), { at: 1.5 })).status).toBe(400);
    expect((await asAnna.try('PUT', later('/send/m.x/3', 1_000), { at: 'x'.repeat(70_000) })).status).toBe(413);
    expect((await asAnna.try('PUT', later('/send/m%00x/4', 1_000), {})).status).toBe(400);
    const many = await Promise.all(
      Array.from({ length: MAX_PER_USER + 1 }, async (_, index) =>
        asAnna.try('PUT', later(`/send/m.many/many${index}`, 30_000), {}),
      ),
    );
    expect(many.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      ...Array<number>(MAX_PER_USER).fill(200),
      429,
    ]);
    expect(many.find(({ status }) => status === 429)?.body).toMatchObject({
      errcode: 'M_LIMIT_EXCEEDED',
      'org.matrix.msc4140.errcode': 'M_MAX_DELAYED_EVENTS_EXCEEDED',
    });
    for (const { delay_id: delayId } of await list(asAnna)) await asAnna.post(`${DELAYED}/${delayId}/cancel`);
  });

  test('that may not be sent in the end says why', async () => {
    const asClara = server.as(await server.register('clara'));
    const { delay_id: delayId } = await asClara.put<{ delay_id: string }>(later('/send/m.x/1', 1_000), {});
    expect((await asClara.try('POST', `${DELAYED}/${delayId}/send`)).status).toBe(403);
    const marker = await scheduleTopic('after clara', 1_000);
    const { next_batch: before } = await asBernd.sync<News>();
    server.clock.advance(1_000);
    await newsAfter(asBernd, before);
    await asAnna.post(`${DELAYED}/${marker}/send`);
    await expect
      .poll(async () => asClara.get(`${DELAYED}/${delayId}`))
      .toMatchObject({ error: { errcode: 'M_FORBIDDEN' }, finalised_ts: expect.any(Number) });
  });

  test('of somebody who was suspended meanwhile is not sent', async () => {
    const dora = await server.register('dora');
    const asDora = server.as(dora);
    await asDora.join(roomId);
    const { delay_id: delayId } = await asDora.put<{ delay_id: string }>(later('/send/m.x/1', 1_000), {});
    const asRoot = server.as(await server.registerAdministrator('root'));
    await asRoot.put(`/_matrix/client/v1/admin/suspend/${encodeURIComponent(dora.userId)}`, { suspended: true });
    expect((await asDora.try('POST', `${DELAYED}/${delayId}/send`)).status).toBe(403);
    expect(await server.anonymous.try('POST', `${DELAYED}/${delayId}/send`)).toMatchObject({
      status: 403,
      body: { errcode: 'M_USER_SUSPENDED' },
    });
  });

  test('is asked for in a request of its own, too', async () => {
    const path = `/_matrix/client/unstable/org.matrix.msc4140${room('/delayed_event/m.room.topic/own')}`;
    const body = { delay_ms: 1_000, state_key: '', content: { topic: 'of its own' } };
    const { delay_id: delayId } = await asAnna.put<{ delay_id: string }>(path, body);
    await asAnna.post(`${DELAYED}/${delayId}/send`);
    expect(await topicNow()).toBe('of its own');
    const off = { ...body, delay_ms: HOUR_MS + 1 };
    expect((await asAnna.try('PUT', `${path}2`, off)).status).toBe(400);
  });
});

test('clients learn that there are delayed events, and their limits', async () => {
  const { unstable_features: features } = await asAnna.get<{ unstable_features: object }>('/_matrix/client/versions');
  expect(features).toHaveProperty(['org.matrix.msc4140'], true);
  const { capabilities } = await asAnna.get<{ capabilities: object }>('/capabilities');
  expect(capabilities).toHaveProperty(['org.matrix.msc4140.delayed_events'], {
    max_delay_ms: HOUR_MS,
    max_scheduled: MAX_PER_USER,
  });
});

test('an event is not sent again when the server died before it noted that it had sent it', async () => {
  const { delay_id: delayId } = await asAnna.put<{ delay_id: string }>(later('/send/m.once/1', 1_000), {});
  await asAnna.post(`${DELAYED}/${delayId}/send`);
  const { event_id: eventId } = await asAnna.get(`${DELAYED}/${delayId}`);
  await server.server.close();
  await server.database.database.execute({
    text: 'update delayed_event set finalised_at = null, event_id = null where delay_id = $1',
    values: [delayId],
    name: 'forget-that-it-was-sent',
  });
  server = await startHomeserver({ after: server });
  [asAnna, asBernd] = [server.as(anna), server.as(bernd)];
  await asAnna.post(`${DELAYED}/${delayId}/send`);
  expect(await asAnna.get(`${DELAYED}/${delayId}`)).toMatchObject({ event_id: eventId });
});

test('what became due while the server was down is sent when it is up again', async () => {
  await scheduleTopic('after the night', 1_000);
  await asAnna.put(later('/state/m.room.name/', 30_000), { name: 'later' });
  await server.server.close();
  server.clock.advance(2_000);
  server = await startHomeserver({ after: server });
  const client = server.as(anna);
  await expect.poll(async () => client.get(room('/state/m.room.topic'))).toEqual({ topic: 'after the night' });
  expect(await list(client)).toMatchObject([{ content: { name: 'later' } }]);
});
