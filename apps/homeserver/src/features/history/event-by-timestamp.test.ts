import { startHomeserver, type TestClient, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

let server: TestHomeserver;
let asAnna: TestClient;
let asBernd: TestClient;
beforeAll(async () => {
  server = await startHomeserver();
  [asAnna, asBernd] = [server.as(await server.register('anna')), server.as(await server.register('bernd'))];
});
afterAll(async () => server.stop());

const at = async (client: TestClient, roomId: string, ts: number, dir: 'f' | 'b') =>
  (
    await client.try(
      'GET',
      `/_matrix/client/v1/rooms/${encodeURIComponent(roomId)}/timestamp_to_event?ts=${ts}&dir=${dir}`,
    )
  ).body['event_id'];

test('of events at the same time the first is found forwards and the last backwards', async () => {
  const roomId = await asAnna.createRoom();
  server.clock.advance(1000);
  const [first, , last] = [
    await asAnna.send(roomId, 'eins'),
    await asAnna.send(roomId, 'zwei'),
    await asAnna.send(roomId, 'drei'),
  ];
  const now = server.clock.nowMs();
  for (const ts of [now, now - 1]) expect(await at(asAnna, roomId, ts, 'f')).toBe(first);
  for (const ts of [now, now + 1, Number.MAX_SAFE_INTEGER]) expect(await at(asAnna, roomId, ts, 'b')).toBe(last);
  for (const ts of [-1, -Number.MAX_SAFE_INTEGER]) expect(await at(asAnna, roomId, ts, 'b')).toBeUndefined();
});

test('what is hidden is passed over, however much it is', async () => {
  const roomId = await asAnna.createRoom({
    preset: 'public_chat',
    initial_state: [{ type: 'm.room.history_visibility', content: { history_visibility: 'joined' } }],
  });
  server.clock.advance(1000);
  const startMs = server.clock.nowMs();
  for (let index = 0; index < 250; index += 1) await asAnna.send(roomId, `davor ${index}`);
  server.clock.advance(1000);
  const joinedMs = server.clock.nowMs();
  await asBernd.join(roomId);
  const seen = await asAnna.send(roomId, 'dabei');
  server.clock.advance(1000);
  await asBernd.post(`/rooms/${encodeURIComponent(roomId)}/leave`);
  const leftMs = server.clock.nowMs();
  server.clock.advance(1000);
  await asAnna.send(roomId, 'danach');
  const joined = await at(asBernd, roomId, joinedMs, 'f');
  expect(joined).toMatch(/^\$/);
  expect(await at(asBernd, roomId, startMs, 'f')).toBe(joined);
  expect(await at(asBernd, roomId, leftMs - 1, 'b')).toBe(seen);
  expect(await at(asBernd, roomId, leftMs + 1, 'f')).toBeUndefined();
});
