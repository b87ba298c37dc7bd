import type { JsonObject } from '@stafette/protocol';
import { startHomeserver, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

interface Rooms {
  readonly rooms: { readonly join: Readonly<Record<string, { timeline: { events: JsonObject[] } } | undefined>> };
}

let server: TestHomeserver;
beforeAll(async () => {
  server = await startHomeserver();
});
afterAll(async () => server.stop());

test('a filter asks for events as they are between servers, or as they are for clients', async () => {
  const client = server.as(await server.register('anna'));
  const roomId = await client.createRoom();
  const eventId = await client.send(roomId, 'hello');
  const newest = async (filter: object): Promise<JsonObject> => {
    const { rooms } = await client.get<Rooms>(`/sync?filter=${encodeURIComponent(JSON.stringify(filter))}`);
    return rooms.join[roomId]?.timeline.events.at(-1) ?? expect.fail();
  };
  const ofClients = { event_id: eventId, room_id: roomId, content: { body: 'hello' } };
  for (const filter of [{}, { event_format: 'client' }]) {
    const event = await newest(filter);
    expect(event).toMatchObject(ofClients);
    expect(event).not.toHaveProperty('hashes');
  }
  expect(await newest({ event_format: 'federation' })).toMatchObject({
    event_id: eventId,
    content: { body: 'hello' },
    depth: expect.any(Number),
    hashes: { sha256: expect.any(String) },
    prev_events: [expect.any(String)],
    signatures: { 'test.example': expect.any(Object) },
    unsigned: { age: expect.any(Number), transaction_id: expect.any(String) },
  });
});
