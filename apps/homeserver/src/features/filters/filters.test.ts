import { startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

let homeserver: TestHomeserver;
let anna: TestUser;
let client: TestClient;
let path: string;

beforeAll(async () => {
  homeserver = await startHomeserver();
  anna = await homeserver.register('anna');
  client = homeserver.as(anna);
  path = `/user/${encodeURIComponent(anna.userId)}/filter`;
});
afterAll(async () => homeserver.stop());

const filter = {
  room: { timeline: { limit: 10, types: ['m.room.*'] }, rooms: ['!a:test.example'] },
  event_format: 'client',
  'example.unknown': 1,
};

test('a filter is stored once and found again as it was', async () => {
  const { filter_id: filterId } = await client.post<{ filter_id: string }>(path, filter);
  expect(await client.get(`${path}/${filterId}`)).toEqual(filter);
  expect((await client.post<{ filter_id: string }>(path, filter)).filter_id).toBe(filterId);
  expect((await client.post<{ filter_id: string }>(path, {})).filter_id).not.toBe(filterId);
  // Ids of filters go where filters themselves may go, which begin with a brace.
  expect(filterId).toMatch(/^[\w-]+$/);
  expect((await client.try('GET', `/sync?filter=${filterId}`)).status).toBe(200);
});

test.each([
  { room: 1 },
  { room: { timeline: { limit: -1 } } },
  { room: { timeline: { types: 'm.room.message' } } },
  { room: { rooms: ['not a room'] } },
  { room: { state: { senders: ['anna'] } } },
  { presence: { not_senders: ['\0'] } },
  { event_format: 'xml' },
  { event_fields: [1] },
])('%j is no filter', async (body) => {
  expect((await client.try('POST', path, body)).status).toBe(400);
});

test('a filter that is not there, or is of somebody else, is not shown', async () => {
  const { filter_id: filterId } = await client.post<{ filter_id: string }>(path, filter);
  const bernd = homeserver.as(await homeserver.register('bernd'));
  expect((await bernd.try('GET', `${path}/${filterId}`)).status).toBe(403);
  expect((await bernd.try('POST', path, filter)).status).toBe(403);
  for (const unknown of ['0', 'x'.repeat(255), '%00', '__proto__'])
    expect((await client.try('GET', `${path}/${unknown}`)).status).toBe(404);
});
