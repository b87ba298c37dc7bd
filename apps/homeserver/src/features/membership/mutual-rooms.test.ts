import { startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

interface Page {
  readonly joined: string[];
  readonly count: number;
  readonly next_batch?: string;
  readonly next_batch_token?: string;
}

let server: TestHomeserver;
let anna: TestUser;
let bernd: TestUser;
let asAnna: TestClient;
let asBernd: TestClient;
beforeAll(async () => {
  server = await startHomeserver();
  [anna, bernd] = [await server.register('anna'), await server.register('bernd')];
  [asAnna, asBernd] = [server.as(anna), server.as(bernd)];
});
afterAll(async () => server.stop());

const mutual = (userId: string, rest = ''): string =>
  `/_matrix/client/v1/mutual_rooms?user_id=${encodeURIComponent(userId)}${rest}`;

test('the rooms that both are in are listed, page by page', async () => {
  const shared: string[] = [];
  for (let index = 0; index < 101; index += 1) {
    const roomId = await asAnna.createRoom({ preset: 'public_chat' });
    await asBernd.join(roomId);
    shared.push(roomId);
  }
  await asAnna.createRoom({ invite: [bernd.userId] });
  const left = await asAnna.createRoom({ preset: 'public_chat' });
  await asBernd.join(left);
  await asBernd.post(`/rooms/${encodeURIComponent(left)}/leave`);
  const first = await asAnna.get<Page>(mutual(bernd.userId));
  const second = await asAnna.get<Page>(mutual(bernd.userId, `&from=${first.next_batch ?? ''}`));
  expect([first.count, second.count]).toEqual([101, 101]);
  expect([first.joined.length, second.joined.length]).toEqual([100, 1]);
  expect(new Set([...first.joined, ...second.joined])).toEqual(new Set(shared));
  expect(second.next_batch).toBeUndefined();
  const older = '/_matrix/client/unstable/uk.half-shot.msc2666/user/mutual_rooms';
  const query = `?user_id=${encodeURIComponent(bernd.userId)}&batch_token=${first.next_batch_token ?? ''}`;
  expect(await asAnna.get(older + query)).toEqual(second);
}, 60_000);

test('a stranger and nobody share nothing; what is no user id, oneself, or no token is refused', async () => {
  const stranger = await server.register('stranger');
  for (const userId of [stranger.userId, '@nobody:test.example', '@nobody:elsewhere.example'])
    expect(await asAnna.get(mutual(userId))).toEqual({ joined: [], count: 0 });
  for (const path of [
    mutual('nobody'),
    mutual('@Capital:test.example'),
    mutual(anna.userId),
    mutual(bernd.userId, '&from=nonsense'),
    '/_matrix/client/v1/mutual_rooms',
  ]) {
    expect((await asAnna.try('GET', path)).status).toBe(400);
  }
});
